import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { exportedInSnapshot, forceSnapshots } from '../../src/parts/brokers.ts';
import { sendJson } from '../../src/parts/http.ts';
import { clusterLockId } from '../../src/model/cluster-lock.ts';
import {
  awaitPeriodicSnapshots,
  startClusterUnderTest,
  type ClusterUnderTest,
} from '../support/real/cluster-under-test.ts';
import { loseData, loseShardMetadata, objectDamages, type Undo } from '../support/real/damages.ts';
import { readRecord } from '../support/real/read-record.ts';
import { readBackupStore, readIndices, readSnapshots, readZeebeBackup } from '../support/real/read-back.ts';
import { listSets, unread, verifyByTemporal, verifySet } from '../support/real/sets.ts';

const PARTITIONS = [1, 2];
const minutes = 60_000;
let cluster: ClusterUnderTest;
let failed = false;
/** Of the backups that are COMPLETED, the newest last. */
const completed: number[] = [];

beforeAll(async () => {
  cluster = await startClusterUnderTest({ nodes: 1 });
  await awaitPeriodicSnapshots(cluster);
}, 10 * minutes);

afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

afterAll(async () => {
  await cluster?.stop({ keep: failed });
}, 2 * minutes);

test(
  'a backup of a cluster at work is COMPLETED, every part can be read back, and exporting runs again',
  { timeout: 5 * minutes },
  async () => {
    const { stack, client } = cluster;
    const recordIndices = await readIndices(stack, 'zeebe-record');
    const startedBefore = cluster.load.counts().started;

    const { exitCode, status, result } = await cluster.backUp('happy');

    expect({ exitCode, status, state: result?.state, warnings: result?.warnings }).toEqual({
      exitCode: 0,
      status: 'COMPLETED',
      state: 'COMPLETED',
      warnings: [],
    });
    const backupId = result?.backupId ?? 0;
    completed.push(backupId);
    expect(cluster.load.counts().started).toBeGreaterThan(startedBefore);

    const snapshots = await readSnapshots(stack, backupId);
    expect(snapshots.map(({ snapshot }) => snapshot)).toEqual([
      ...webAppParts('operate', backupId),
      ...webAppParts('tasklist', backupId),
      `camunda_zeebe_records_backup_${backupId}`,
    ]);
    for (const { snapshot, state, shards, failures } of snapshots) {
      expect({ snapshot, state, failed: shards.failed, failures }).toEqual({
        snapshot,
        state: 'SUCCESS',
        failed: 0,
        failures: [],
      });
      expect(shards.successful).toBe(shards.total);
    }
    const inSnapshotsOf = (name: string): readonly string[] =>
      snapshots.flatMap(({ snapshot, indices }) => (snapshot.startsWith(`camunda_${name}_`) ? indices : [])).sort();
    expect(inSnapshotsOf('operate')).toEqual(await readIndices(stack, 'operate'));
    expect(inSnapshotsOf('tasklist')).toEqual(await readIndices(stack, 'tasklist'));
    expect(inSnapshotsOf('zeebe_records')).toEqual(expect.arrayContaining([...recordIndices]));
    expect(recordIndices.length).toBeGreaterThan(0);

    const zeebe = await readZeebeBackup(stack, backupId);
    expect(zeebe.state).toBe('COMPLETED');
    expect(zeebe.details.map(({ partitionId, state }) => [partitionId, state])).toEqual(
      PARTITIONS.map((id) => [id, 'COMPLETED']),
    );
    const stored = await readBackupStore(stack, backupId);
    expect(new Set(stored.map(({ manifest }) => manifest.id.partitionId))).toEqual(new Set(PARTITIONS));
    expect(stored).toHaveLength(PARTITIONS.length);
    for (const { manifest, missing } of stored) {
      const told = zeebe.details.find(({ partitionId }) => partitionId === manifest.id.partitionId);
      expect(missing).toEqual([]);
      expect(manifest).toMatchObject({
        statusCode: 'completed',
        id: { checkpointId: backupId },
        descriptor: {
          snapshotId: told?.snapshotId,
          checkpointPosition: Number(told?.checkpointPosition),
          numberOfPartitions: 2,
        },
      });
    }

    for (const { partitionId, ...proof } of result?.proof.partitions ?? []) {
      const part = zeebe.details.find((detail) => detail.partitionId === partitionId);
      const exported = exportedInSnapshot(part?.snapshotId ?? '');
      expect(exported).toBeGreaterThan(0n);
      expect(exported).toBe(BigInt(proof.exportedInBackup));
      expect(part?.checkpointPosition).toBe(BigInt(proof.checkpoint));
      expect(exported).toBeLessThanOrEqual(BigInt(proof.acknowledgedAtPause));
      expect(BigInt(proof.highestRecord)).toBeLessThan(BigInt(proof.checkpoint));
      expect(BigInt(proof.highestRecord)).toBeGreaterThan(0n);
    }
    expect(result?.proof.partitions.map(({ partitionId }) => partitionId)).toEqual(PARTITIONS);

    const recorded = await readRecord(stack, 'orders', backupId);
    expect(recorded.problems).toEqual([]);
    expect(recorded.record).toMatchObject({ proof: { holds: true }, coverage: [], unread: [] });
    expect(recorded.record?.positions.map(({ checkpoint }) => checkpoint)).toEqual(
      zeebe.details.map(({ checkpointPosition }) => String(checkpointPosition)),
    );
    expect(recorded.objects).toEqual(recorded.stored);
    expect(recorded.indices.map(({ name }) => name)).toEqual(expect.arrayContaining([...recordIndices]));
    expect(recorded.indices.filter(({ still }) => still).length).toBeGreaterThan(0);
    expect(recorded.templates).toContain('operate-list-view-8.3.0_template');
    console.info(`One record: ${recorded.files} files, ${recorded.bytes} bytes`);

    expect(await cluster.phases()).toEqual(['EXPORTING']);
    const histories = await Promise.all(
      ['happy', clusterLockId('orders')].map((workflowId) => client.workflow.getHandle(workflowId).fetchHistory()),
    );
    const events = histories.flatMap((history) => history.events ?? []);
    const activities = events.filter((event) => event.activityTaskScheduledEventAttributes);
    console.info(
      `One backup: ${events.length} events, ${activities.length} activities, paused ${result?.exporting.pausedMs} ms`,
    );
    expect(events.length).toBeLessThanOrEqual(150);
    expect(activities.length).toBeLessThanOrEqual(20);
  },
);

test(
  'a backup whose pause was lifted by hand before the Zeebe backup is INCONSISTENT and says by which positions',
  { timeout: 5 * minutes },
  async () => {
    const { zeebe } = cluster.stack;
    const take = 'POST /actuator/backups';
    const takesBefore = cluster.gateway.forwarded.filter((call) => call === take).length;
    const held = cluster.gateway.hold((call) => call === take);
    const running = cluster.backUp('lifted-by-hand');
    await held.arrived;
    expect(await cluster.phases()).toEqual(['SOFT_PAUSED']);
    const atPause = await cluster.acknowledged();

    await sendJson('POST', `${zeebe.gateway.managementUrl}/actuator/exporting/resume`);
    const startedAtResume = cluster.load.counts().started;
    await cluster.load.reached(startedAtResume + 20);
    await forceSnapshots(zeebe.brokers, (exported, partition) => exported > (atPause[partition] ?? 0n));
    // To everybody who looks only at phases, the pause now seems never to have been lifted.
    await sendJson('POST', `${zeebe.gateway.managementUrl}/actuator/exporting/pause?soft=true`);
    expect(await cluster.phases()).toEqual(['SOFT_PAUSED']);
    held.release();

    const { exitCode, status, failure } = await running;
    expect({ exitCode, status, type: failure?.type }).toEqual({
      exitCode: 1,
      status: 'FAILED',
      type: 'BackupInconsistent',
    });
    console.info(failure?.message);
    expect(failure?.message).toContain('INCONSISTENT');
    for (const partition of PARTITIONS) {
      const [, exported, acknowledged] =
        new RegExp(`partition ${partition}: E (\\d+) > X0 (\\d+)`).exec(failure?.message ?? '') ?? [];
      expect(BigInt(acknowledged ?? -1)).toBe(atPause[partition]);
      expect(BigInt(exported ?? -1)).toBeGreaterThan(atPause[partition] ?? 0n);
    }
    expect(await cluster.phases()).toEqual(['EXPORTING']);
    expect(cluster.gateway.forwarded.filter((call) => call === take).length - takesBefore).toBe(1);
  },
);

test(
  'a worker killed while exporting is paused leaves one backup, which its successor completes, and exporting runs again',
  { timeout: 8 * minutes },
  async () => {
    const takes = (): number => cluster.gateway.forwarded.filter((call) => call === 'POST /actuator/backups').length;
    const takesBefore = takes();
    const held = cluster.gateway.hold((call) => /^GET \/actuator\/backups\/\d+$/.test(call) && takes() > takesBefore);
    const running = cluster.backUp('worker-killed');
    await held.arrived;
    expect(await cluster.phases()).toEqual(['SOFT_PAUSED']);

    await cluster.killWorker();
    held.release();
    const startedAtKill = cluster.load.counts().started;
    await cluster.load.reached(startedAtKill + 10);
    expect(await cluster.phases()).toEqual(['SOFT_PAUSED']);
    await cluster.startWorker();

    const { exitCode, status, result } = await running;
    expect({ exitCode, status, state: result?.state }).toEqual({
      exitCode: 0,
      status: 'COMPLETED',
      state: 'COMPLETED',
    });
    expect(takes() - takesBefore).toBe(1);
    completed.push(result?.backupId ?? 0);
    expect((await readZeebeBackup(cluster.stack, result?.backupId ?? 0)).state).toBe('COMPLETED');
    expect(await cluster.phases()).toEqual(['EXPORTING']);
    console.info(`Worker killed: exporting was paused ${result?.exporting.pausedMs} ms`);
  },
);

test('every backup is listed for what it is worth, and the good ones are PROVEN to the last byte', async () => {
  const listed = await listSets(cluster);

  expect({ code: listed.code, stderr: listed.stderr, unread: unread(listed.sources), orphans: listed.orphans }).toEqual(
    {
      code: 0,
      stderr: '',
      unread: [],
      orphans: [],
    },
  );
  expect(listed.sets.map(({ backupId, verdict }) => [backupId, verdict])).toEqual(worths());
  expect(listed.sets[1]?.codes).toEqual(expect.arrayContaining(['EXPORTED_AFTER_PAUSE']));
  for (const backupId of good()) {
    const { code, verdict, reasons, coverage, contents } = await verifySet(cluster, backupId, '--deep');
    expect({ code, verdict, reasons, coverage }).toEqual({
      code: 0,
      verdict: 'PROVEN',
      reasons: [],
      coverage: { findings: [] },
    });
    expect(contents?.copies).toBe(PARTITIONS.length);
    expect(contents?.filesRead).toBe(contents?.files);
    expect(contents?.bytesRead).toBeGreaterThan(100_000);
    console.info(`Read ${contents?.filesRead} files, ${contents?.bytesRead} bytes`);
  }
});

// From here on Camunda is down: nothing that follows needs it, and the machine is quieter without.
test('with Camunda stopped every backup is listed and verified as before', { timeout: 3 * minutes }, async () => {
  const [, backupId] = good();
  await cluster.stopCamunda();

  const listed = await listSets(cluster);
  const verified = await verifySet(cluster, backupId, '--deep');

  expect(listed.code).toBe(0);
  expect(unread(listed.sources)).toEqual(['Zeebe', 'Operate', 'Tasklist']);
  expect(listed.sets.map(({ backupId: id, verdict: worth }) => [id, worth])).toEqual(worths());
  const { code, verdict, reasons } = verified;
  expect({ code, verdict, reasons }).toEqual({ code: 0, verdict: 'PROVEN', reasons: [] });
  expect(unread(verified.sources)).toEqual(['Zeebe', 'Operate', 'Tasklist']);
});

test.each(objectDamages)('$title is found, by codes of its own', async ({ codes, make }) => {
  const [, backupId] = good();

  const found = await during(make(cluster.stack, backupId), () => verifySet(cluster, backupId, '--deep'));

  expect({ code: found.code, verdict: found.verdict, codes: found.codes }).toEqual({
    code: 5,
    verdict: 'BROKEN',
    codes,
  });
  console.info(found.reasons.map(({ code, says }) => `${code} ${says}`).join('\n'));
});

test('lost metadata of a shard is found by the cheap look, which reads no data', async () => {
  const [, backupId] = good();

  const found = await during(loseShardMetadata(cluster.stack, backupId), () => verifySet(cluster, backupId));

  const { code, verdict, codes } = found;
  expect({ code, verdict, codes }).toEqual({ code: 5, verdict: 'BROKEN', codes: ['SNAPSHOT_LOST'] });
});

test('a lost file of data is found by a test restore alone, and with everything back the set is PROVEN again', async () => {
  const { stack } = cluster;
  const [, backupId] = good();

  const lacking = await during(loseData(stack, backupId), () =>
    verifyByTemporal(cluster, 'verify-lacking', { backupId, testRestore: true }),
  );

  const indices = (await readSnapshots(stack, backupId)).flatMap((snapshot) => snapshot.indices);
  expect({ verdict: lacking.verdict, codes: lacking.codes, indices: lacking.testRestored?.indices }).toEqual({
    verdict: 'BROKEN',
    codes: ['TEST_RESTORE_SHARDS_LOST'],
    indices: indices.length - 1,
  });
  const whole = await verifyByTemporal(cluster, 'verify-whole', { backupId, testRestore: true, deep: true });
  expect({ verdict: whole.verdict, reasons: whole.reasons, warnings: whole.warnings }).toEqual({
    verdict: 'PROVEN',
    reasons: [],
    warnings: [],
  });
  expect(whole.testRestored?.indices).toBe(indices.length);
  expect(whole.testRestored?.compared).toBeGreaterThan(0);
  expect(await readIndices(stack, 'camunda-backup-test')).toEqual([]);
  console.info(`Test restore: ${JSON.stringify(whole.testRestored)}`);
});

test(
  'with the search engine and Temporal stopped, too, store and catalogue still say what they have',
  { timeout: 3 * minutes },
  async () => {
    const { stack } = cluster;
    const [older, newer] = good();
    await Promise.all([stack.elasticsearch.stop(), cluster.stopTemporal()]);

    const listed = await listSets(cluster);
    const verified = await verifySet(cluster, newer, '--deep');
    const [damage] = objectDamages;
    if (damage === undefined) throw new Error('there is no damage to do');
    const damaged = await during(damage.make(stack, newer), () => verifySet(cluster, newer, '--deep'));

    expect(listed.code).toBe(0);
    expect(listed.sets.map(({ backupId, verdict }) => [backupId, verdict])).toEqual([
      [newer, 'UNKNOWN'],
      [expect.any(Number), 'BROKEN'],
      [older, 'UNKNOWN'],
    ]);
    expect({ code: verified.code, verdict: verified.verdict, codes: verified.codes }).toEqual({
      code: 9,
      verdict: 'UNKNOWN',
      codes: ['ENGINE_UNREADABLE'],
    });
    expect(verified.contents?.filesRead).toBe(verified.contents?.files);
    expect(verified.sources.filter(({ read }) => read).map(({ says }) => says)).toEqual([
      '2 of 2 partitions completed, in 2 copies',
      expect.stringMatching(/^recorded .*, 2 partitions, 13 snapshots$/),
    ]);
    expect({ code: damaged.code, verdict: damaged.verdict, codes: damaged.codes }).toEqual({
      code: 5,
      verdict: 'BROKEN',
      codes: [...damage.codes, 'ENGINE_UNREADABLE'].sort(),
    });
  },
);

/** The backups that the tests above made; none of those that follow can be run without them. */
function good(): readonly [number, number] {
  const [older, newer] = completed;
  if (older === undefined || newer === undefined) throw new Error('there are no two backups to look at');
  return [older, newer];
}

/** The sets of the tests above with all that tells of them at hand, the newest first. */
function worths(): readonly unknown[] {
  const [older, newer] = good();
  return [
    [newer, 'PROVEN'],
    [expect.any(Number), 'BROKEN'],
    [older, 'PROVEN'],
  ];
}

/** Looks while something is damaged, and has it put back however that ends. */
async function during<T>(damage: Promise<Undo>, look: () => Promise<T>): Promise<T> {
  const undo = await damage;
  try {
    return await look();
  } finally {
    await undo();
  }
}

const webAppParts = (app: string, backupId: number): readonly string[] =>
  Array.from({ length: 6 }, (_, index) => `camunda_${app}_${backupId}_8.6.0_part_${index + 1}_of_6`);
