import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { cliModule, spawnCli } from '../support/cli.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { exportingEverywhere, inPause } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** What an operator's shell has; no cluster file. */
const shell = ({ temporalAddress, taskQueue }: Harness) => ({
  TEMPORAL_ADDRESS: temporalAddress,
  CAMUNDA_BACKUP_TASK_QUEUE: taskQueue,
});

test('a backup from the command line says its steps on stderr, the result on stdout, and a command that starts the same', async () => {
  await using h = await startHarness();

  const cli = spawnCli(
    ['backup', h.cluster, '--reason', "it's due", '--requested-by', 'anna', '--label', 'ticket=OPS-17', '-o', 'json'],
    shell(h),
  );
  const { code, stdout, stderr } = await cli.ended;

  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'COMPLETED',
    cluster: h.cluster,
    workflowId: expect.stringMatching(new RegExp(`^backup-${h.cluster}-`)),
    requestedBy: 'anna',
    reason: "it's due",
    labels: { ticket: 'OPS-17' },
  });
  expect(stderr).toContain('Started backup-');
  const [, command = ''] = /^\$ (temporal workflow start .*)$/m.exec(stderr) ?? [];
  await promisify(execFile)('sh', ['-c', `temporal() { "$TEMPORAL_CLI_PATH" "$@"; }; ${command}`], {
    env: { ...process.env, ...shell(h) },
  });
  const [, workflowId = ''] = /--workflow-id (\S+)/.exec(command) ?? [];
  await expect(h.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ reason: "it's due" });
  expect(h.simulator.cluster.backups).toHaveLength(2);
});

test('a terminal gets tables, and the steps while it waits', async () => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 4_000 } });

  const cli = spawnCli(['backup', h.cluster], shell(h));
  await cli.saw('exporting is paused, until');
  const { code, stdout, stderr } = await cli.ended;

  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain('BACKUP_ZEEBE');
  expect(stderr).not.toContain('ATTEMPT_');
  expect(stdout).toMatch(/^Backup \d+ of \S+: COMPLETED in .*, exporting was paused for /);
  expect(stdout).toMatch(/^ {2}zeebe +COMPLETED +2 partitions$/m);
  expect(stdout).toMatch(/^ {2}RESUME_EXPORTING +\d/m);
});

test('Ctrl-C only ends the looking on: it says so, and how to cancel, which resumes exporting', async () => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 600_000 } });
  const cli = spawnCli(['backup', h.cluster, '--workflow-id', `cli-${h.cluster}`], shell(h));
  await inPause(h.simulator);
  await cli.saw('exporting is paused, until');

  cli.kill('SIGINT');
  const { code, stdout, stderr } = await cli.ended;

  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain(`Detached: the backup goes on as cli-${h.cluster}`);
  const handle = h.client.workflow.getHandle(`cli-${h.cluster}`);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(stderr).toContain(`temporal workflow cancel --workflow-id cli-${h.cluster}`);
  await handle.cancel();
  await exportingEverywhere(h.simulator);
});

test('--detach starts it and prints its ID; a second start is busy, says what holds the cluster and ends with 3', async () => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 600_000 } });

  const first = await spawnCli(['backup', h.cluster, '--detach', '--requested-by', 'anna'], shell(h)).ended;
  await inPause(h.simulator);
  const second = await spawnCli(['backup', h.cluster, '-o', 'json'], shell(h)).ended;

  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^backup-\S+\n$/) });
  expect(second.code).toBe(3);
  expect(second.stderr).toMatch(/failed: ClusterBusy: .*requested by anna/);
  expect(second.stderr).toContain('Wait, or start with --if-busy wait.');
  expect(JSON.parse(second.stdout)).toMatchObject({ state: 'FAILED', type: 'ClusterBusy', leftBehind: [] });
  await h.client.workflow.getHandle(first.stdout.trim()).cancel();
  await exportingEverywhere(h.simulator);
});

test('a failed backup ends with the exit code of its type, says what to do, and names what was left behind', async () => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED' });

  const { code, stderr } = await spawnCli(['backup', h.cluster, '--attempts', '1'], shell(h)).ended;

  expect(stderr).toMatch(/^Backup of \S+ failed: BackupFailed: /m);
  expect(stderr).toMatch(/^ {2}Left behind: Operate: 6 snapshots/m);
  expect(stderr).toContain('docs/runbook.md#backupfailed');
  expect(code).toBe(5);
});

test('without a worker it says so and how to get one, and the backup is taken when one runs', async () => {
  await using h = await startHarness({ worker: 'none' });

  const cli = spawnCli(['backup', h.cluster], shell(h));
  await cli.saw(
    `the backup waits: no worker answers on Task Queue ${h.taskQueue}. Start one (camunda-backup worker), or`,
  );
  await h.startWorkerHere();

  await expect(cli.ended).resolves.toMatchObject({ code: 0 });
});

test('Ctrl-C ends it at once also where no worker answers: an open call keeps no process alive', async () => {
  await using h = await startHarness({ worker: 'none' });
  const cli = spawnCli(['backup', h.cluster, '--workflow-id', `cli-${h.cluster}`], shell(h));
  await cli.saw('no worker answers');

  const killedMs = Date.now();
  cli.kill('SIGINT');
  const { code, stderr } = await cli.ended;

  expect({ code, stderr }).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/exporting is resumed first\)\n$/),
  });
  // The call that waits for the result is held open by the server for 20 s.
  expect(Date.now() - killedMs).toBeLessThan(15_000);
  await h.client.workflow.getHandle(`cli-${h.cluster}`).terminate();
});

test('a step that fails and is tried again is told with its reason while it waits', async () => {
  await using h = await startHarness();
  h.simulator.fault({ component: 'gateway', path: '/actuator/info' }, 'drop-before-act');

  const cli = spawnCli(['backup', h.cluster, '--workflow-id', `cli-${h.cluster}`], shell(h));
  await cli.saw('discoverCluster is tried again, because: No answer: GET');
  await h.client.workflow.getHandle(`cli-${h.cluster}`).cancel();

  await expect(cli.ended).resolves.toMatchObject({ code: 5 });
});

test('a check that no worker takes names the Task Queue, and is given up and ended', async () => {
  await using h = await startHarness({ worker: 'none' });

  const { code, stderr } = await spawnCli(['check', h.cluster, '--worker-within', '2s'], shell(h)).ended;

  expect(stderr).toContain(`The check waits: no worker answers on Task Queue ${h.taskQueue}. Start one`);
  expect(stderr).toContain('Given up after 2.0 s, and the run was ended: no worker took it.');
  expect(code).toBe(9);
  const [, workflowId = ''] = /--workflow-id (\S+)/.exec(stderr) ?? [];
  expect((await h.client.workflow.getHandle(workflowId).describe()).status.name).toBe('TERMINATED');
});

test('without a server it ends with 9 and names the address', async () => {
  const { code, stderr } = await spawnCli(['backup', 'prod'], { TEMPORAL_ADDRESS: '127.0.0.1:1' }).ended;

  expect(stderr).toMatch(/Temporal at 127\.0\.0\.1:1 cannot be reached: .*TEMPORAL_ADDRESS/);
  expect(code).toBe(9);
});

test('a check prints nothing wrong on a good cluster, and every cure with exit code 3 on one that would fail', async () => {
  await using h = await startHarness({ simulator: { brokers: 3 } });

  const good = await spawnCli(['check', h.cluster], shell(h)).ended;
  await h.simulator.cluster.brokers[1]?.stop();
  const bad = await spawnCli(['check', h.cluster, '-o', 'json'], shell(h)).ended;

  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining(`${h.cluster}: ready for a backup`) });
  expect(bad).toMatchObject({ code: 3, stderr: expect.stringContaining('is not ready for a backup') });
  expect(JSON.parse(bad.stdout)).toMatchObject({
    ok: false,
    findings: expect.arrayContaining([expect.objectContaining({ severity: 'error', cure: expect.any(String) })]),
  });
});

test('a check that its Workflow refuses is one JSON object too, with type and cure', async () => {
  await using h = await startHarness();

  const unknown = await spawnCli(['check', 'nowhere', '-o', 'json'], shell(h)).ended;

  expect(unknown.code).toBe(2);
  expect(JSON.parse(unknown.stdout)).toMatchObject({
    state: 'FAILED',
    cluster: 'nowhere',
    workflowId: expect.stringContaining('check-nowhere-'),
    type: 'InvalidArgument',
    whatToDo: expect.any(String),
  });
});

test('`camunda-backup worker` is a worker, and the first SIGTERM ends it', async () => {
  await using h = await startHarness({
    worker: 'process',
    workerCommand: [cliModule(), 'worker'],
  });

  await expect((await h.startBackup()).result()).resolves.toMatchObject({ state: 'COMPLETED' });
  await h.workerProcess?.kill('SIGTERM');
});
