import { expect, test } from 'vitest';
import { spawnCli } from '../../support/cli.ts';
import { readPage } from '../docs/markdown.ts';

test('README and the page of the command line name the commands that there are', async () => {
  const { stdout } = await spawnCli(['__complete', '--', '']).ended;
  const commands = stdout
    .trim()
    .split('\n')
    .filter((name) => name !== 'help')
    .sort();
  const [, section = ''] = readPage('README.md').text.split('\n## Command line\n');
  const [table = ''] = section.split('\n## ');
  const rows = [...table.matchAll(/^\| `([a-z-]+)/gm)].map(([, name = '']) => name);
  const headings = [...readPage('docs/command-line.md').text.matchAll(/^## `camunda-backup ([a-z-]+)/gm)];

  expect(commands).toContain('resume-exporting');
  expect([...new Set(rows)].sort()).toEqual(commands);
  expect(headings.map(([, name = '']) => name).sort()).toEqual(commands);
});
