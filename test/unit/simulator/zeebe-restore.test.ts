import { expect, test } from 'vitest';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel, type ClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { simulatorSettings, type SimulatorOptions } from '../../../src/simulator/options.ts';

const ok = expect.arrayContaining(['INFO Successfully restored broker from backup 7']);

test('the restore application fills an empty folder and says so; a second run finds it full', async () => {
  const w = await backedUp();
  w.stopAll();
  w.zeebe.emptyDataFolder(0);

  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toEqual({ exitCode: 0, log: ok });
  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toEqual({
    exitCode: 1,
    log: expect.arrayContaining([expect.stringContaining('DirectoryNotEmptyException')]),
  });
});

test('a folder that is in use is left alone', async () => {
  const w = await backedUp();
  const { log } = w.partition(1);
  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toMatchObject({ exitCode: 1 });
  w.stopAll();
  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toMatchObject({ exitCode: 1 });
  w.startAll();

  expect(w.partition(1).log).toBe(log);
  expect(() => w.zeebe.emptyDataFolder(0)).toThrow('Broker 0 is up; stop it');
});

test.each([
  ['an unknown ID', { backupId: 8 }, 'BackupNotFoundException'],
  ['a failed backup', { backupId: 5 }, 'BackupNotFoundException'],
  ['too many partitions', { backupId: 7, partitionCount: 3 }, 'BackupNotFoundException'],
  ['too few partitions', { backupId: 7, partitionCount: 1 }, 'Expected backup to have 1 partitions, but has 2'],
])('%s ends with 1, and the folder is empty for another run', async (_, request, message) => {
  const w = await backedUp();
  w.stopAll();
  w.zeebe.emptyDataFolder(0);

  expect(await w.zeebe.restore({ nodeId: 0, ...request })).toEqual({
    exitCode: 1,
    log: expect.arrayContaining([
      'ERROR Failed to restore broker. Deleting data directory /usr/local/zeebe/data',
      expect.stringContaining(message),
    ]),
  });
  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toMatchObject({ exitCode: 0 });
});

test('a backup with a file missing, and a store that is away, end with 1', async () => {
  const w = await backedUp();
  w.stopAll();
  w.zeebe.emptyDataFolder(0);
  w.zeebe.backupStore = 'refused';
  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toMatchObject({ exitCode: 1 });
  w.zeebe.backupStore = 'healthy';
  w.zeebe.objects.store.delete('2/7/1/segments/raft-partition-partition-2-1.log');

  expect(await w.zeebe.restore({ nodeId: 0, backupId: 7 })).toEqual({
    exitCode: 1,
    log: expect.arrayContaining([expect.stringContaining('NoSuchKeyException')]),
  });
});

test('restored brokers go on from the checkpoint in a new history, and export again from their snapshot', async () => {
  const w = await backedUp();
  const { captured } = w.copy(1);
  w.pass(5_000);
  const before = w.partition(1).log;
  w.stopAll();
  await w.restoreAll(7);
  w.startAll();
  const { log, leader, checkpointId } = w.partition(1);

  expect([log.line, log.forkedFrom, checkpointId]).toEqual([2, { line: 1, position: captured.checkpoint }, 7]);
  expect(log.at(captured.checkpoint)).toMatchObject({ valueType: 'CHECKPOINT' });
  expect(leader?.snapshot?.id).toBe(w.copy(1).snapshotId);
  w.pass(5_000);
  expect(log.head).toBeGreaterThan(captured.checkpoint + 400);
  expect(before.head).toBeGreaterThan(captured.checkpoint + 400);
  const [index] = [...w.engine.indices.all.values()].filter(({ name }) => name.includes('_process-instance_'));
  const held = index?.content.records.get(1) ?? [];
  expect(held[0]).toEqual({ line: 1, from: 1, to: captured.exported['elasticsearch'] });
  expect(held.filter(({ line }) => line === 2).length).toBeGreaterThan(0);
  // Nobody deleted the indices: of the old future is still there what comes later, and what nothing took the place of.
  expect(held.at(-1)).toMatchObject({ line: 1, to: before.head });
  const left = held.slice(1, -1).filter(({ line }) => line === 1);
  expect(left.length).toBeGreaterThan(10);
  expect(left.filter(({ from }) => log.kindAt(from).valueType === 'PROCESS_INSTANCE')).toEqual([]);
  expect(w.ledger.changes.filter(({ type }) => type === 'partition-restored')).toMatchObject([
    { partition: 1, backupId: 7, line: 2 },
    { partition: 2, backupId: 7, line: 2 },
  ]);
  expect(w.zeebe.backups.take(7)).toMatchObject({ taken: false, latestId: 7 });
});

test('the first leader after a restore takes the part again under its own node ID', async () => {
  const w = await backedUp();
  w.stopAll();
  await w.restoreAll(7);
  for (const nodeId of [1, 2, 0]) w.zeebe.brokers.all[nodeId]?.start();
  w.pass(1_000);

  expect(w.partition(1).leader?.nodeId).toBe(1);
  expect(w.zeebe.backups.copies(7, 1).map(({ nodeId, state }) => [nodeId, state])).toEqual([
    [0, 'COMPLETED'],
    [1, 'COMPLETED'],
  ]);
});

test('a broker with an empty folder gets everything from the others, and exports', async () => {
  const w = await backedUp();
  const { log } = w.partition(1);
  w.zeebe.exporting.setPhase('SOFT_PAUSED', { stale: false });
  w.zeebe.brokers.all[2]?.stop();
  w.zeebe.emptyDataFolder(2);
  w.zeebe.brokers.all[2]?.start();

  expect(w.partition(1).log).toBe(log);
  const phases = w.zeebe.exporting.phases().map(({ broker, phase }) => `${broker} ${phase}`);
  expect([...new Set(phases)].sort()).toEqual(['0 SOFT_PAUSED', '1 SOFT_PAUSED', '2 EXPORTING']);
});

test('a broker that was not restored brings the old data back over the restored ones', async () => {
  const w = await backedUp();
  const { log } = w.partition(1);
  w.stopAll();
  await w.restoreAll(7, [0, 1]);
  w.zeebe.brokers.all[2]?.start();
  w.zeebe.brokers.all[0]?.start();

  expect([w.partition(1).leader?.nodeId, w.partition(1).log]).toEqual([2, log]);
});

test('with different backups on its brokers a partition goes on from the higher one of the first majority', async () => {
  const w = await backedUp();
  w.pass(1_000);
  w.zeebe.backups.take(9);
  w.pass(1_000);
  w.stopAll();
  await w.restoreAll(7, [0]);
  await w.restoreAll(9, [1, 2]);
  w.zeebe.brokers.all[0]?.start();
  w.zeebe.brokers.all[1]?.start();

  expect(w.partition(1).leader?.nodeId).toBe(1);
  expect(w.partition(1).log.forkedFrom?.position).toBe(w.copy(1, 9).captured.checkpoint);
});

test('brokers that are all started with empty folders begin without any data', async () => {
  const w = await backedUp();
  w.stopAll();
  for (const { nodeId } of w.zeebe.brokers.all) w.zeebe.emptyDataFolder(nodeId);
  w.startAll();
  const { log, checkpointId } = w.partition(1);

  expect([log.line, log.forkedFrom?.position, log.head, checkpointId]).toEqual([2, 0, 3, 0]);
  expect(w.ledger.changes.some(({ type }) => type === 'partition-emptied')).toBe(true);
});

/** Three brokers with backup 5, which failed, and 7, and data moving. */
async function backedUp(options: SimulatorOptions = {}) {
  const clock = createManualClock();
  const settings = simulatorSettings({ partitions: 2, brokers: 3, recordsPerSecond: 100, ...options });
  const model: ClusterModel = createClusterModel('model', settings, clock);
  const { zeebe } = model;
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      model.advance();
    }
  };
  const partition = (id: number) => {
    const found = zeebe.partitions.find((each) => each.id === id);
    if (!found) throw new Error(`no partition ${id}`);
    return found;
  };
  pass(5_000);
  zeebe.backups.decideNext({ ends: 'FAILED' });
  zeebe.backups.take(5);
  pass(1_000);
  zeebe.backups.take(7);
  pass(1_000);
  expect(zeebe.backups.list().map(({ state }) => state)).toEqual(['FAILED', 'COMPLETED']);
  return {
    ...model,
    pass,
    partition,
    copy(partitionId: number, backupId = 7) {
      const [copy] = zeebe.backups.copies(backupId, partitionId);
      if (!copy) throw new Error(`no copy of ${backupId}`);
      return copy;
    },
    stopAll: () => zeebe.brokers.all.forEach((broker) => broker.stop()),
    startAll: () => zeebe.brokers.all.forEach((broker) => broker.start()),
    async restoreAll(backupId: number, nodeIds: readonly number[] = [0, 1, 2]) {
      for (const nodeId of nodeIds) {
        zeebe.emptyDataFolder(nodeId);
        expect(await zeebe.restore({ nodeId, backupId })).toMatchObject({ exitCode: 0 });
      }
    },
  };
}
