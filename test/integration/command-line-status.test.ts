import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { spawnCli, type CliRun } from '../support/cli.ts';
import { clusterSection } from '../support/cluster-section.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { exportingEverywhere, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const StatusOutput = z.array(
  z.object({ cluster: z.string(), exporting: z.object({ phase: z.string(), notExporting: z.array(z.string()) }) }),
);

const configured = (h: Harness): Readonly<Record<string, unknown>> => ({ [h.cluster]: clusterSection(h.simulator) });

/** Runs `camunda-backup status` as a process, with the cluster file that the worker has, or of all clusters of another one. */
async function status(
  h: Harness,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  clusters?: Readonly<Record<string, unknown>>,
): Promise<CliRun> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-cli-'));
  try {
    const file = join(folder, 'clusters.yaml');
    await writeFile(file, JSON.stringify({ clusters: clusters ?? configured(h) }));
    return await spawnCli(['status', ...(clusters ? [] : [h.cluster]), '--cluster-file', file, ...args], {
      TEMPORAL_ADDRESS: h.temporalAddress,
      CAMUNDA_BACKUP_TASK_QUEUE: h.taskQueue,
      ...env,
    }).ended;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('in the pause of a backup, status says what runs, which step, since when exporting is paused, and who asked', async () => {
  await using h = await startPausedBackup({ input: { requestedBy: 'anna', reason: 'nightly' } });

  const text = await status(h);
  const { stdout } = await status(h, ['-o', 'json']);

  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/Exporting +soft-paused since \S+Z, HELD: run \S+ is open/);
  expect(text.stdout).toMatch(/Runs +backup \d+, since \S+, step BACKUP_ZEEBE, requested by anna, reason: nightly/);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      cluster: h.cluster,
      exporting: { phase: 'soft-paused', owner: 'HELD', pausedSince: expect.any(String) },
      running: { operation: 'backup', step: 'BACKUP_ZEEBE', pause: { deadline: expect.any(String) } },
    },
  ]);
  await h.outer.cancel();
  await exportingEverywhere(h.simulator);
});

test('without a worker the same stands there, but for the step', async () => {
  await using h = await startPausedBackup({ worker: 'process' });
  await h.workerProcess?.kill();

  const { code, stdout } = await status(h);

  expect(stdout).toMatch(/Exporting +soft-paused since \S+Z, HELD/);
  expect(stdout).toContain('no worker answers');
  expect(code).toBe(0);
});

test('after backups it lists how they ended, with ID and reason', async ({ expect: own }) => {
  await using h = await startHarness();
  const { backupId } = await (await h.startBackup({ requestedBy: 'anna' })).result();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED' });
  await (await h.startBackup({ attempts: 1 })).result().catch(() => undefined);

  await own.poll(async () => (await status(h)).stdout, { timeout: 20_000 }).toMatch(/FAILED[\s\S]*COMPLETED/);
  const { code, stdout, stderr } = await status(h);

  expect(stderr).not.toContain('no worker answers');
  expect(stdout).toMatch(/Exporting +exporting, NOT_PAUSED/);
  expect(stdout).toMatch(new RegExp(`COMPLETED +${backupId} .* anna +backup-`));
  expect(stdout).toMatch(/failed: BackupFailed: .*ended FAILED/);
  expect(code).toBe(0);
});

test('a pause that nobody holds ends with 7 and names the command that lifts it', async () => {
  await using h = await startHarness({ worker: 'none' });
  h.simulator.cluster.pauseByHand('soft');

  const { code, stdout, stderr } = await status(h);

  expect(stderr).toMatch(
    /^Warning: no backup begins and no pause is watched: no worker answers on Task Queue \S+\. Start one/m,
  );
  expect(stdout).toMatch(/Exporting +soft-paused, UNKNOWN: /);
  expect(stderr).toContain(`camunda-backup resume-exporting ${h.cluster}`);
  expect(code).toBe(7);
});

test('without a Temporal server the phases are read all the same', async () => {
  await using h = await startHarness({ worker: 'none' });

  const { code, stdout, stderr } = await status(h, [], { TEMPORAL_ADDRESS: '127.0.0.1:1' });

  expect(stdout).toMatch(/Exporting +exporting$/m);
  expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
  expect(code).toBe(9);
});

test('a secret that is missing hides no cluster but its own', async () => {
  await using h = await startHarness({ worker: 'none' });
  const auth = (variable: string) => ({ auth: { type: 'bearer', tokenEnv: variable } });
  const own = clusterSection(h.simulator);
  const clusters = {
    [h.cluster]: { ...own, searchEngine: { ...own.searchEngine, ...auth('SEARCH_TOKEN') } },
    locked: { zeebe: { gateway: { ...own.zeebe.gateway, ...auth('LOCKED_TOKEN') }, verification: 'gateway-only' } },
  };

  const { code, stdout, stderr } = await status(h, ['-o', 'json'], {}, clusters);

  const found = new Map(StatusOutput.parse(JSON.parse(stdout)).map(({ cluster, exporting }) => [cluster, exporting]));
  expect(found.get(h.cluster)).toMatchObject({ phase: 'exporting' });
  expect(found.get('locked')).toMatchObject({
    phase: 'not-read',
    notExporting: [expect.stringMatching(/clusters\.locked\.zeebe\.gateway.* LOCKED_TOKEN is not set$/)],
  });
  expect(stderr).toMatch(/^Warning: .* LOCKED_TOKEN is not set$/m);
  expect(stderr).not.toContain('SEARCH_TOKEN');
  expect(code).toBe(9);
});

test('a cluster of which nobody answers is not taken for one that exports', async () => {
  await using h = await startHarness({ worker: 'none' });
  const clusters = configured(h);
  await h.simulator.close();

  const { code, stdout } = await status(h, [], {}, clusters);

  expect(stdout).toMatch(/Exporting +not-read: no broker tells/);
  expect(code).toBe(9);
});

test('with --no-brokers neither a cluster file nor a broker is needed', async () => {
  await using h = await startPausedBackup();

  const { code, stdout } = await spawnCli(['status', h.cluster, '--no-brokers'], {
    TEMPORAL_ADDRESS: h.temporalAddress,
    CAMUNDA_BACKUP_TASK_QUEUE: h.taskQueue,
  }).ended;

  expect(stdout).toMatch(/Exporting +not-read since \S+Z: --no-brokers/);
  expect(stdout).toMatch(/Runs +backup \d+, since/);
  expect(code).toBe(0);
  await h.outer.cancel();
  await exportingEverywhere(h.simulator);
});
