import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createBackup } from '../../../src/cli/backup.ts';
import { candidates, createComplete, createCompletion } from '../../../src/cli/completion.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { createResumeExporting } from '../../../src/cli/resume-exporting.ts';
import { runCommand } from '../../support/cli.ts';

const program = createProgram(
  {
    env: {},
    data: () => undefined,
    say: () => undefined,
    interrupted: new AbortController().signal,
    zeebe: () => expect.fail('the clusters are given'),
  },
  [createBackup, createResumeExporting, createCompletion, createComplete],
  '1.2.3',
);

const complete = (...words: readonly string[]) => candidates(program, words, () => ['prod', 'preprod', 'test']);

describe('completes', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['commands, without the hidden one', [''], ['backup', 'resume-exporting', 'completion', 'help']],
    ['the beginning of a command', ['res'], ['resume-exporting']],
    ['the clusters of the cluster file', ['backup', 'pr'], ['prod', 'preprod']],
    ['nothing behind the last argument', ['backup', 'prod', ''], []],
    [
      'the options of the command and the global ones',
      ['resume-exporting', 'prod', '--'],
      ['--timeout', '--output', '--version', '--cluster-file', '--help'],
    ],
    ['the values of an option', ['backup', '--if-busy', ''], ['fail', 'wait']],
    ['an argument behind an option with its value', ['backup', '--reason', 'why', 't'], ['test']],
    ['no path: the shell knows the files', ['backup', '--cluster-file', ''], []],
    ['the shells', ['completion', 'f'], ['fish']],
  ])('%s', (_, words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });
});

test('a wrong cluster file completes no cluster and breaks no line', async () => {
  const run = await runCommand(createComplete, ['__complete', '--', '__complete', ''], {
    env: { CAMUNDA_BACKUP_CLUSTER_FILE: 'nowhere.yaml' },
  });

  expect(run).toEqual({ code: 0, stdout: '\n', stderr: '' });
});

test('bash completes with what the script says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-cli-'));
  try {
    const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
    const tsx = import.meta.resolve('tsx');
    const bin = join(folder, 'camunda-backup');
    await writeFile(bin, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${cli}" "$@"\n`);
    await chmod(bin, 0o755);
    const { stdout: script } = await runCommand(createCompletion, ['completion', 'bash']);
    const line = `${script}\nCOMP_WORDS=(camunda-backup resume-exporting --ti); COMP_CWORD=2; _camunda_backup; echo "\${COMPREPLY[@]}"`;

    const { stdout } = await promisify(execFile)('bash', ['-c', line], {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    });

    expect(stdout).toBe('--timeout\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each(['zsh', 'fish'])('the script of %s asks the same', async (shell) => {
  const { code, stdout } = await runCommand(createCompletion, ['completion', shell]);

  expect(stdout).toContain('camunda-backup __complete -- ');
  expect(code).toBe(0);
});
