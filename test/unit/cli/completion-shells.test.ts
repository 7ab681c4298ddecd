import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompletion } from '../../../src/cli/completion.ts';
import { which } from '../../../src/setup/process.mjs';
import { cliModule, runCommand } from '../../support/cli.ts';
import { skipUnless } from '../../support/skip-unless.ts';

const timeout = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-shells-'));
const cluster = `{ zeebe: { gateway: { url: 'http://zeebe:9600' }, verification: gateway-only } }`;

/** A folder with `camunda-backup`, a cluster file and the scripts of all shells. */
beforeAll(async () => {
  writeFileSync(join(folder, 'camunda-backup'), `#!/bin/sh\nexec "${process.execPath}" "${cliModule()}" "$@"\n`);
  chmodSync(join(folder, 'camunda-backup'), 0o755);
  writeFileSync(join(folder, 'clusters.yaml'), `clusters:\n  production: ${cluster}\n  test: ${cluster}\n`);
  for (const [shell, file] of Object.entries({ bash: 'bash.sh', zsh: '_camunda-backup', fish: 'completion.fish' })) {
    const { stdout } = await runCommand(createCompletion, ['completion', shell]);
    writeFileSync(join(folder, file), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the script prints, by lines. */
async function output(shell: string, options: readonly string[], script: string): Promise<readonly string[]> {
  writeFileSync(join(folder, `script.${shell}`), script);
  const { stdout } = await promisify(execFile)(shell, [...options, `script.${shell}`], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${folder}:${process.env['PATH']}`,
      CAMUNDA_BACKUP_CLUSTER_FILE: join(folder, 'clusters.yaml'),
      HOME: folder,
      TERM: 'xterm',
    },
    timeout,
  });
  return stdout.trimEnd().split('\n');
}

const absent = (shell: string): boolean =>
  skipUnless(which(shell) !== undefined, `there is no ${shell}: its completion is not run`);

test.skipIf(absent('bash'))('bash completes commands, values and clusters', { timeout }, async () => {
  const lines = ['resu', 'backup --if-busy w', 'backup --if-busy = w', 'resume-exporting p'].map(
    (line) =>
      `COMP_WORDS=(camunda-backup ${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _camunda_backup; echo "\${COMPREPLY[@]}"`,
  );

  const completed = await output('bash', ['--norc'], ['source bash.sh', ...lines].join('\n'));

  expect(completed).toEqual(['resume-exporting', 'wait', 'wait', 'production']);
});

test.skipIf(absent('fish'))(
  'fish completes commands, values and clusters, and files only where there is nothing else',
  { timeout },
  async () => {
    const lines = ['resu', 'backup --if-busy ', 'backup --if-busy=w', 'status p', 'status --cluster-file clus'].map(
      (line) => `complete -C 'camunda-backup ${line}'; echo ---`,
    );

    const completed = await output('fish', ['--no-config'], ['source completion.fish', ...lines].join('\n'));

    expect(completed.join(' ').split(/ ?--- ?/)).toEqual([
      'resume-exporting',
      'fail wait',
      '--if-busy=wait',
      'production',
      'clusters.yaml',
      '',
    ]);
  },
);

/** In an interactive zsh at a terminal of its own: each line, TAB, and what stands there then. */
const zsh = (load: string, lines: readonly string[]): string => `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; setopt no_beep no_list_beep; autoload -Uz compinit"
zpty -w shell "${load}"
zpty -w shell "show() { print -r -- \\"<<\\$BUFFER>>\\"; BUFFER=; }; zle -N show; bindkey '^I' complete-word; bindkey '^X' show; print READ''Y"
zpty -r shell seen '*READY*'
for line in ${lines.map((line) => `'${line}'`).join(' ')}; do
  zpty -w -n shell "$line"$'\\t\\x18'
  zpty -r shell seen '*<<*>>*'
  print -r -- "\${\${seen##*<<}%%>>*}"
done
zpty -d shell
`;

test.skipIf(absent('zsh')).each([
  ['found by its name in the fpath', 'fpath=($PWD $fpath); compinit -u -D'],
  ['sourced', 'compinit -u -D; source ./_camunda-backup'],
])('zsh completes from its first TAB on with the script %s', { timeout }, async (_, load) => {
  const lines = ['resu', 'backup --if-busy w', 'status p', 'status --cluster-file clus'];

  const completed = await output(
    'zsh',
    ['-f'],
    zsh(
      load.replaceAll('$', '\\$'),
      lines.map((line) => `camunda-backup ${line}`),
    ),
  );

  expect(completed.map((line) => line.trimEnd())).toEqual([
    'camunda-backup resume-exporting',
    'camunda-backup backup --if-busy wait',
    'camunda-backup status production',
    'camunda-backup status --cluster-file clusters.yaml',
  ]);
});
