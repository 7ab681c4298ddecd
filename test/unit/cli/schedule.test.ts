import { expect, test } from 'vitest';
import { createSchedule } from '../../../src/cli/schedule.ts';
import { runCommand } from '../../support/cli.ts';
import { readPage, root } from '../docs/markdown.ts';

test('the page of the command line names every verb and option of schedule', async () => {
  const { text } = readPage('docs/command-line.md');
  const section = /^## `camunda-backup schedule`\n[\s\S]*?(?=^## )/m.exec(text)?.[0] ?? '';
  const help = async (...args: readonly string[]): Promise<string> =>
    (await runCommand(createSchedule, ['schedule', ...args, '--help'])).stdout;
  const verbs = [...(await help()).matchAll(/^ {2}([a-z]+) .*[>\]]/gm)].map(([, verb = '']) => verb);
  const helps = await Promise.all(verbs.map((verb) => help(verb)));

  const options = helps.flatMap((shown) =>
    [...shown.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+) </gm)].map(([, flag]) => flag),
  );
  const words = [...verbs, ...new Set(options)].filter((word) => word !== 'help' && word !== '--cluster-file');
  expect(words).toEqual(expect.arrayContaining(['create', 'delete', '--catch-up', '--note']));
  expect(words.filter((word) => !section.includes(`\`${word}`))).toEqual([]);
});

test.each<readonly [string, readonly string[], string]>([
  ['a wrong expression', ['nightly', '--cron', '61 3 * * *'], 'the minute "61" is not made of values from 0 to 59'],
  ['an unknown zone', ['a', '--cron', '@daily', '--time-zone', 'Berlin'], 'Did you mean "Europe/Berlin"?'],
  ['no time', ['nightly'], 'say when: with --cron'],
  ['a name with a slash', ['a/b', '--every', '6h'], 'name "a/b" cannot be used'],
  ['a wrong deadline', ['a', '--every', '6h', '--max-pause', 'long'], '"maxPause" must be a duration'],
])('%s is told with exit code 2 before Temporal is called', async (_, args, message) => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

  const ended = await runCommand(createSchedule, ['schedule', 'create', 'prod', ...args], { env });

  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test('a cluster that the cluster file lacks is warned of, with those that it has', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', CAMUNDA_BACKUP_CLUSTER_FILE: `${root}/examples/cluster.yaml` };
  const create = (cluster: string) =>
    runCommand(createSchedule, ['schedule', 'create', cluster, 'nightly', '--every', '6h'], { env });

  expect((await create('prd')).stderr).toMatch(
    /^Warning: cluster "prd" is not in \S+cluster\.yaml\. Configured: prod\./,
  );
  expect((await create('prod')).stderr).not.toContain('Warning');
});
