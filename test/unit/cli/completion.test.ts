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
    ['the values of an option in the same word', ['backup', '--if-busy=w'], ['--if-busy=wait']],
    ['the same, as bash takes that word apart', ['backup', '--if-busy', '=', 'w'], ['wait']],
    ['all of its values behind the sign', ['backup', '--if-busy', '='], ['fail', 'wait']],
    ['nothing behind the sign where any text may stand', ['backup', '--reason=p'], []],
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
