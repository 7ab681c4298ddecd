import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, type TestContext } from 'vitest';
import { temporalCli } from '../../src/parts/temporal-cli.ts';
import { createSchedule } from '../../src/cli/schedule.ts';
import { runCommand } from '../support/cli.ts';
import { startHarness } from '../support/harness.ts';
import { test } from '../support/side-by-side.ts';
import { root } from '../unit/docs/markdown.ts';

const execFiles = promisify(execFile);

test('a Schedule is created with its next starts, and the same again changes nothing', async (context) => {
  const { schedule, cluster } = await setup(context);

  const created = await schedule('create', 'nightly', '--cron', '30 2 * * *', '--time-zone', 'Europe/Berlin');
  const again = await schedule('create', 'nightly', '--cron', '30 2 * * *', '--time-zone', 'Europe/Berlin');

  expect(created.stdout).toMatch(
    new RegExp(
      `^camunda-backup/${cluster}/nightly: created\nNext starts \\(Europe/Berlin\\):\n(  \\w{3} 20\\S+ 02:30:00 GMT\\+\\d\n){5}$`,
    ),
  );
  expect(created.stderr).toMatch(/^\$ temporal schedule create --schedule-id camunda-backup\//);
  expect(created.stderr).toMatch(/^Warning: On 20..-03-\d\d the clocks of Europe\/Berlin leave out 02:30/m);
  expect(again.stdout).toMatch(/^camunda-backup\/\S+: unchanged\n/);
  expect([created.code, again.code]).toEqual([0, 0]);
});

test('the command that it prints for the Temporal CLI makes the same Schedule', async (context) => {
  const { schedule, client } = await setup(context);
  const times = [
    '--cron',
    '30 3 * * MON-FRI',
    '--calendar',
    '{"hour":6,"dayOfWeek":"SAT"}',
    '--every',
    '6h',
    '--offset',
    '30m',
  ];
  const more = ['--jitter', '20m', '--catch-up', '1d', '--reason', "the night's backup", '--label', 'env=test'];
  const { stdout, stderr } = await schedule('create', 'nightly', ...times, ...more, '--output', 'json');
  const { scheduleId } = JSON.parse(stdout);
  await client.schedule.getHandle(scheduleId).delete();

  const [command = ''] = /^\$ (temporal .*)$/m.exec(stderr)?.slice(1) ?? [];
  await execFiles('sh', ['-c', command.replace('temporal', temporalCli())], {
    env: { ...process.env, TEMPORAL_ADDRESS: inject('temporalAddress') },
  });

  const again = await schedule('create', 'nightly', ...times, ...more, '--output', 'json');
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'unchanged', changes: [] });
});

test('examples/schedule.sh makes Schedules that this command keeps as they are, but for what it adds', async (context) => {
  const { schedule, cluster } = await setup(context);
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-example-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(temporalCli(), join(folder, 'temporal'));

  const { stdout } = await execFiles('bash', [join(root, 'examples/schedule.sh'), cluster], {
    env: {
      ...process.env,
      PATH: `${folder}:${process.env['PATH']}`,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      CAMUNDA_BACKUP_TASK_QUEUE: `queue-${cluster}`,
      TIME_ZONE: 'Europe/Berlin',
    },
  });

  expect(stdout).toBe(`camunda-backup/${cluster}/nightly at 3:30 Europe/Berlin\n`);
  const again = ['--cron', '30 3 * * *', '--time-zone', 'Europe/Berlin', '--requested-by', 'nightly schedule'];
  const { changes } = JSON.parse((await schedule('create', 'nightly', ...again, '--output', 'json')).stdout);
  expect(changes.map(({ what }: { readonly what: string }) => what)).toEqual(['memo', 'summary']);
});

test('an update changes what it names, says so, and leaves the rest', async (context) => {
  const { schedule } = await setup(context);
  await schedule('create', 'nightly', '--cron', '30 3 * * *', '--time-zone', 'Asia/Tokyo', '--label', 'env=test');

  const one = await schedule('update', 'nightly', '--catch-up', '12h', '--max-pause', '45m');
  const other = await schedule('update', 'nightly', '--every', '6h', '--output', 'json');

  expect(one.stdout).toMatch(/ {2}catch-up window +6h +-> +12h\n {2}input .*"maxPause":"45m"/);
  expect(JSON.parse(other.stdout)).toMatchObject({
    outcome: 'updated',
    changes: [
      { what: 'times', from: '30 3 * * *', to: 'every 6h' },
      { what: 'time zone', from: 'Asia/Tokyo', to: 'UTC' },
    ],
  });
});

test('a triggered backup is printed by its Workflow ID and listed with its end', async (context) => {
  await using h = await startHarness();
  const { schedule, client, cluster } = await setup(context, h);
  await schedule('create', 'nightly', '--cron', '30 3 * * *');
  await schedule('pause', 'nightly', '--note', 'by hand for now');

  const { stdout } = await schedule('trigger', 'nightly');
  await client.workflow.getHandle(stdout.trim()).result();

  await context.expect
    .poll(async () => (await run('list', cluster)).stdout, { timeout: 20_000 })
    .toMatch(/NEXT START +LAST START[\s\S]+nightly +30 3 \* \* \* +- .* COMPLETED +0 +0 +paused: by hand for now/);
  const listed = await run('list', cluster, '--output', 'json');
  expect(JSON.parse(listed.stdout)).toMatchObject({
    schedules: [{ cluster, missed: 0, lastRun: { workflowId: stdout.trim(), state: 'COMPLETED' } }],
  });
  expect(await schedule('unpause', 'nightly', '--note', 'done')).toMatchObject({ code: 0 });
  expect(await schedule('delete', 'nightly')).toMatchObject({ code: 0, stderr: expect.stringContaining('deleted') });
});

test('a Schedule that is not there ends with exit code 2', async () => {
  const ended = await run('delete', 'nobodys', 'nightly');

  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('There is no Schedule camunda-backup/nobodys/nightly. Cluster nobodys has none.');
});

let clusters = 0;

const run = (...args: readonly string[]) =>
  runCommand(createSchedule, ['schedule', ...args], { env: { TEMPORAL_ADDRESS: inject('temporalAddress') } });

async function setup(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  parts: { readonly cluster?: string; readonly taskQueue?: string } = {},
) {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const client = new Client({ connection });
  const cluster = parts.cluster ?? `commanded-${process.pid}-${(clusters += 1)}`;
  const env = {
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    CAMUNDA_BACKUP_TASK_QUEUE: parts.taskQueue ?? `queue-${cluster}`,
  };
  onTestFinished(async () => {
    await client.schedule
      .getHandle(`camunda-backup/${cluster}/nightly`)
      .delete()
      .catch(() => undefined);
    await connection.close();
  });
  const schedule = (verb: string, ...args: readonly string[]) =>
    runCommand(createSchedule, ['schedule', verb, cluster, ...args], { env });
  return { schedule, client, cluster };
}
