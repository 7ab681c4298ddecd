import { Command } from 'commander';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { FailureType } from '../../../src/model/failures.ts';
import { runCommand } from '../../support/cli.ts';
import { readPage } from '../docs/markdown.ts';

test('every failure type has an exit code, and only a defect has 1', () => {
  expect(Object.values(FailureType).map((type) => [type, exitCodeOf(type)])).toEqual([
    ['InvalidArgument', 2],
    ['ClusterBusy', 3],
    ['FailedPrecondition', 3],
    ['BackupIdConflict', 4],
    ['BackupInconsistent', 5],
    ['OperationTerminated', 5],
    ['OperationCancelled', 5],
    ['BackupFailed', 5],
    ['SnapshotFailed', 5],
    ['CallRejected', 6],
    ['UnexpectedResponse', 6],
    ['ExportingStillPaused', 7],
  ]);
  expect(exitCodeOf('UnreachableError')).toBe(9);
  expect(exitCodeOf('TypeError')).toBe(1);
});

test('what a signal ends in the middle ends with 130 and a sentence, no stack', async () => {
  const interrupt = new AbortController();
  const command = () =>
    new Command('look').action(() => {
      interrupt.abort();
      throw new Error('the call was aborted');
    });

  const run = await runCommand(command, ['look'], { interrupted: interrupt.signal });

  expect(run).toEqual({ code: 130, stdout: '', stderr: 'Interrupted. What was started goes on.\n' });
});

test('the page of the command line lists the exit codes that --help lists', async () => {
  let help = '';
  const cli = {
    env: {},
    data: (text: string) => void (help += text),
    say: () => undefined,
    interrupted: new AbortController().signal,
    zeebe: () => expect.fail('no configuration is needed for the help'),
  };
  await createProgram(cli, [], '1.2.3')
    .parseAsync(['--help'], { from: 'user' })
    .catch(() => undefined);
  const told = [...help.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(([, code, meaning]) => `${code} ${meaning}`);
  const page = [...readPage('docs/command-line.md').text.matchAll(/^\| `(\d+)` +\| (.+?) +\|$/gm)];

  expect(told.length).toBeGreaterThan(8);
  expect(page.map(([, code, meaning]) => `${code} ${meaning}`)).toEqual(told);
});
