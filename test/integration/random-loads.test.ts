import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createRandom } from '../../src/simulator/model/log/instances.ts';
import { recordSnapshotName } from '../../src/model/snapshots.ts';
import type { Evidence, SimulatorOptions } from '../../src/simulator/index.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import type { backupCluster } from '../../src/workflows/backup-cluster.ts';
import { judge, words } from '../../src/judge/index.ts';
import { test } from '../support/side-by-side.ts';

const clusters = 10;
const backupsEach = 10;

test(`${clusters * backupsEach} backups under seeded random loads are consistent to the judge`, async () => {
  const seeds = Array.from({ length: clusters }, (_, at) => at + 1);

  const perCluster = await Promise.all(seeds.map(backUpUnderLoad));

  const verdicts = perCluster.flat();
  const records = verdicts.reduce((sum, each) => sum + each.records, 0);
  const needed = verdicts.filter((each) => each.needed).length;
  process.stdout.write(
    `judged ${verdicts.length} backups over ${records} exported records; ` +
      `in ${needed} of them a broker took a snapshot after the record snapshot: without the pause these would be broken\n`,
  );
  expect(needed).toBeGreaterThan(verdicts.length / 4);
  expect(verdicts.filter(({ consistent }) => !consistent)).toEqual([]);
  expect(verdicts).toHaveLength(clusters * backupsEach);
}, 240_000);

async function backUpUnderLoad(seed: number) {
  await using h = await startHarness({ simulator: randomLoad(seed), env: noHurry });
  const backupIds: number[] = [];
  for (let done = 0; done < backupsEach; done++) {
    backupIds.push(await backUp(h));
  }
  const evidence = h.simulator.evidence();
  return backupIds.map((backupId) => {
    const verdict = judge(evidence, { backupId });
    const records = verdict.consistent ? verdict.checked.records : 0;
    const needed = neededThePause(evidence, backupId);
    return { seed, backupId, consistent: verdict.consistent, words: words(verdict), records, needed };
  });
}

/** Not by the harness, which would judge each one when it ends, over all records so far: here all are judged at the end. */
async function backUp({ client, cluster, taskQueue }: Harness): Promise<number> {
  const { backupId } = await client.workflow.execute<typeof backupCluster>('backupCluster', {
    taskQueue,
    workflowId: `backup-${cluster}-${randomUUID()}`,
    args: [{ cluster }],
  });
  return backupId;
}

/** Whether a broker's snapshot in the set is younger than what the record snapshot holds: only the pause made them fit. */
function neededThePause({ changes }: Evidence, backupId: number): boolean {
  const records = changes.flatMap((change) =>
    change.type === 'snapshot-ended' && change.snapshot === recordSnapshotName(backupId)
      ? change.captured.flatMap((index) => index.records)
      : [],
  );
  return changes.some(
    (change) =>
      change.type === 'zeebe-backup-taken' &&
      change.backupId === backupId &&
      change.captured.processed >
        Math.max(0, ...records.filter(({ partition }) => partition === change.captured.partition).map(({ to }) => to)),
  );
}

/** All clusters, their workers and the test share one thread: an answer may take its time. */
const noHurry = {
  CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '10s',
  CAMUNDA_BACKUP_PAUSE_DEADLINE: '30s',
  CAMUNDA_BACKUP_GATEWAY_TIMEOUT: '1s',
  CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: '20s',
};

/** Broker snapshots come so often that some fall between the record snapshot and the Zeebe backup. */
function randomLoad(seed: number): SimulatorOptions {
  const random = createRandom(seed);
  const between = (low: number, high: number): number => Math.round(low + random() * (high - low));
  return {
    seed,
    brokers: between(1, 3),
    partitions: between(1, 5),
    optimize: random() < 0.3,
    recordsPerSecond: between(20, 300),
    openInstances: between(1, 300),
    snapshotPeriodMs: between(50, 400),
    positionDistributionMs: between(50, 500),
    partDurationMs: between(5, 60),
    recordSnapshotDurationMs: between(20, 400),
    zeebeBackupDurationMs: between(50, 500),
  };
}
