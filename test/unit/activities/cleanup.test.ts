import { describe, expect, test } from 'vitest';
import type { Began } from '../../../src/model/began.ts';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
const records = `camunda_zeebe_records_backup_${id}`;
const ofRun = (runId: string) => ({ workflowExecution: { workflowId: 'camunda-cluster/prod', runId } });
const all = { records: true, zeebe: true };
const recordsOnly = { records: true, zeebe: false };
const nothing = { records: false, zeebe: false };

/** An attempt whose record snapshot and Zeebe backup never end. */
async function stuck(options: ActivityWorldOptions = {}) {
  const w = await startActivityWorld(options);
  const facts = await w.discover();
  const absentAt = new Date().toISOString();
  const { cluster } = w.simulator;
  return Object.assign(w, {
    async takeRecords(runId = 'run-1', durationMs = 60_000) {
      cluster.searchEngine.nextSnapshot({ name: /records/, durationMs });
      await w.run(w.activities.takeRecordSnapshot, { facts, backupId: id }, ofRun(runId));
    },
    async takeZeebe(ends?: 'FAILED' | 'STAYS_IN_PROGRESS') {
      if (ends !== undefined) cluster.nextZeebeBackup({ ends });
      await w.run(w.activities.takeZeebeBackup, { facts, backupId: id, absentAt });
      const reached = ends === 'FAILED' ? 'FAILED' : ends === undefined ? 'COMPLETED' : 'IN_PROGRESS';
      await cluster.awaitState(({ backups }) => backups[0]?.state === reached);
    },
    async takeOperate() {
      await w.run(w.activities.takeWebAppBackup, { facts, app: 'operate', backupId: id, absentAt });
      await cluster.awaitState(({ snapshots }) => snapshots.filter(({ state }) => state === 'SUCCESS').length === 6);
    },
    cleanUpEnded: (runId = 'run-1', attempt = 1) =>
      w.run(
        w.activities.cleanUpEnded,
        { cluster: 'prod', ended: { runId, backupId: id }, timing: facts.timing },
        { attempt },
      ),
    cleanUp: (began: Began = all) => w.run(w.activities.cleanUpAttempt, { facts, backupId: id, began }, ofRun('run-1')),
  });
}

test('what was sent and not answered is named only where nothing of it is there', async () => {
  await using w = await stuck();
  await w.takeOperate();

  expect((await w.cleanUp({ ...nothing, unanswered: ['operate', 'tasklist'] })).leftBehind).toEqual([
    `Operate: 6 snapshots camunda_operate_${id}_* in repository camunda`,
    `Tasklist: the take of backup ${id} was sent and may still appear`,
  ]);
});

test('an attempt that took nothing leaves nothing and deletes nothing', async () => {
  await using w = await stuck();

  expect(await w.cleanUp(nothing)).toEqual({ deleted: [], leftBehind: [] });
  expect(w.simulator.calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

describe('the record snapshot', () => {
  test('of this run is deleted while it runs', async () => {
    await using w = await stuck();
    await w.takeRecords();

    expect(await w.cleanUp(recordsOnly)).toEqual({ deleted: [`snapshot ${records}`], leftBehind: [] });
    expect(w.simulator.cluster.snapshots).toEqual([]);
  });

  test('of another run is never deleted, although this run began to take one: it was refused', async () => {
    await using w = await stuck();
    await w.takeRecords('run-0');

    expect(await w.cleanUp(recordsOnly)).toEqual({
      deleted: [],
      leftBehind: [`exported records: snapshot ${records} (IN_PROGRESS) in repository camunda`],
    });
    expect(w.simulator.cluster.snapshots).toHaveLength(1);
  });

  test('that this run did not begin is never deleted', async () => {
    await using w = await stuck();
    await w.takeRecords();

    expect((await w.cleanUp(nothing)).deleted).toEqual([]);
    expect(w.simulator.cluster.snapshots).toHaveLength(1);
  });

  test('that is done is named with its repository', async () => {
    await using w = await stuck();
    await w.takeRecords('run-1', 1);
    await w.simulator.cluster.awaitState(({ snapshots }) => snapshots[0]?.state === 'SUCCESS');

    expect(await w.cleanUp(recordsOnly)).toEqual({
      deleted: [],
      leftBehind: [`exported records: snapshot ${records} (SUCCESS) in repository camunda`],
    });
  });
});

describe('the Zeebe backup', () => {
  test('that was sent and cannot be read yet is named: it may still appear, and then stays', async () => {
    await using w = await stuck();

    expect(await w.cleanUp()).toEqual({
      deleted: [],
      leftBehind: [`Zeebe: backup ${id} was sent and may still appear`],
    });
  });

  test.each([
    ['STAYS_IN_PROGRESS', 'IN_PROGRESS'],
    ['FAILED', 'FAILED'],
  ] as const)('that %s is deleted: it would stop compaction', async (ends, state) => {
    await using w = await stuck();
    await w.takeZeebe(ends);

    expect(await w.cleanUp()).toEqual({ deleted: [`Zeebe backup ${id} (${state})`], leftBehind: [] });
    expect(w.simulator.cluster.backups).toEqual([]);
  });

  test('that is COMPLETED is named, not deleted', async () => {
    await using w = await stuck();
    await w.takeZeebe();

    expect(await w.cleanUp()).toEqual({
      deleted: [],
      leftBehind: [`Zeebe: backup ${id} (COMPLETED) in its backup store`],
    });
    expect(w.simulator.cluster.backups).toHaveLength(1);
  });

  test('that this run did not begin is never deleted', async () => {
    await using w = await stuck();
    await w.takeZeebe('STAYS_IN_PROGRESS');

    expect(await w.cleanUp(nothing)).toEqual({
      deleted: [],
      leftBehind: [`Zeebe: backup ${id} (IN_PROGRESS) in its backup store`],
    });
    expect(w.simulator.cluster.backups).toHaveLength(1);
  });
});

test('the parts of an application are named with the pattern to delete them by', async () => {
  await using w = await stuck();
  await w.takeOperate();

  expect(await w.cleanUp(nothing)).toEqual({
    deleted: [],
    leftBehind: [`Operate: 6 snapshots camunda_operate_${id}_* in repository camunda`],
  });
});

test('a component that does not answer is named and hides no other', async () => {
  await using w = await stuck();
  await w.takeOperate();
  await w.takeRecords();
  await w.takeZeebe('STAYS_IN_PROGRESS');
  w.simulator.cluster.backupStore = 'refused';

  expect(await w.cleanUp()).toEqual({
    deleted: [`snapshot ${records}`],
    leftBehind: [
      `Operate: 6 snapshots camunda_operate_${id}_* in repository camunda`,
      expect.stringMatching(/^Zeebe: could not be read or cleaned \(.*SdkClientException/),
    ],
  });
});

test('a search engine that is away hides nothing of Zeebe', async () => {
  await using w = await stuck();
  await w.takeZeebe('STAYS_IN_PROGRESS');
  await w.simulator.cluster.searchEngine.stop();

  const { deleted, leftBehind } = await w.cleanUp();

  expect(deleted).toEqual([`Zeebe backup ${id} (IN_PROGRESS)`]);
  expect(leftBehind).toEqual(
    ['Operate', 'Tasklist', 'exported records'].map((name) =>
      expect.stringMatching(new RegExp(`^${name}: could not be read or cleaned \\(No answer`)),
    ),
  );
});

test('a deletion that is refused is named', async () => {
  await using w = await stuck();
  await w.takeRecords();
  w.simulator.fault(
    { component: 'search-engine', method: 'DELETE' },
    { status: 403, body: { error: { type: 'security_exception', reason: 'no permission' }, status: 403 } },
  );

  expect(await w.cleanUp(recordsOnly)).toEqual({
    deleted: [],
    leftBehind: [expect.stringMatching(/^exported records: could not be read or cleaned \(.*no permission/)],
  });
});

describe('after a run that was ended from outside', () => {
  const took = { ...all, webApps: [], zeebeSent: true, unanswered: [] } as const;

  test('what its history proves to be its own is deleted while it is not done', async () => {
    await using w = await stuck({ lock: { began: took } });
    await w.takeRecords();
    await w.takeZeebe('STAYS_IN_PROGRESS');

    expect(await w.cleanUpEnded()).toEqual({
      deleted: [`snapshot ${records}`, `Zeebe backup ${id} (IN_PROGRESS)`],
      leftBehind: [],
    });
  });

  test('the record snapshot with the mark of another run is only named', async () => {
    await using w = await stuck({ lock: { began: took } });
    await w.takeRecords('run-2');

    expect((await w.cleanUpEnded()).leftBehind[0]).toMatch(/^exported records: snapshot .*IN_PROGRESS/);
    expect(w.simulator.cluster.snapshots).toHaveLength(1);
  });

  test('whose history is gone, everything is only named', async () => {
    await using w = await stuck();
    await w.takeOperate();
    await w.takeRecords();
    await w.takeZeebe('STAYS_IN_PROGRESS');

    expect(await w.cleanUpEnded()).toEqual({
      deleted: [],
      leftBehind: [
        `Operate: 6 snapshots camunda_operate_${id}_* in repository camunda`,
        `exported records: snapshot ${records} (IN_PROGRESS) in repository camunda`,
        `Zeebe: backup ${id} (IN_PROGRESS) in its backup store`,
      ],
    });
    expect(w.simulator.cluster.backups).toHaveLength(1);
  });

  test('whose history Temporal does not answer for, it is asked for again twice before everything is only named', async () => {
    await using w = await stuck({ lock: { began: new Error('the server is away') } });
    await w.takeZeebe('STAYS_IN_PROGRESS');

    await expect(w.cleanUpEnded('run-1', 2)).rejects.toThrow('the server is away');
    expect((await w.cleanUpEnded('run-1', 3)).deleted).toEqual([]);
  });

  test('a Zeebe backup whose take was not answered is only named', async () => {
    await using w = await stuck({ lock: { began: { ...took, records: false, zeebe: false } } });
    await w.takeZeebe('STAYS_IN_PROGRESS');

    expect(await w.cleanUpEnded()).toEqual({
      deleted: [],
      leftBehind: [`Zeebe: backup ${id} (IN_PROGRESS) in its backup store`],
    });
  });

  test('a part whose take was in flight, and that nothing shows of, may still appear', async () => {
    const began = { ...took, zeebe: false, zeebeSent: false, unanswered: ['operate', 'records'] } as const;
    await using w = await stuck({ lock: { began } });

    expect((await w.cleanUpEnded()).leftBehind).toEqual([
      `Operate: the take of backup ${id} was sent and may still appear`,
      `exported records: the take of backup ${id} was sent and may still appear`,
    ]);
  });
});
