import { describe, expect, test } from 'vitest';
import { startActivityWorld } from '../../support/activity-world.ts';
import { backedUp, backupId as id, type SimulatedCluster } from '../../support/backed-up.ts';

const deleted = (url: string, name: string) => fetch(`${url}/_snapshot/camunda/${name}`, { method: 'DELETE' });

describe('a set that was taken in order', () => {
  test('holds, and everything that was read back stands in the result', async () => {
    await using w = await backedUp(
      { simulator: { brokers: 3, optimize: true } },
      { inPause: (cluster) => cluster.takeBrokerSnapshots() },
    );

    const { proof, zeebe, webApps, records } = await w.prove();

    expect(proof.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(proof.holds).toBe(true);
    expect(proof.partitions.map(({ exportedInBackup }) => exportedInBackup)).toEqual(
      w.acknowledgedAtPause.map(({ acknowledged }) => acknowledged),
    );
    expect(zeebe).toMatchObject({ state: 'COMPLETED', partitions: [{ partitionId: 1 }, { partitionId: 2 }] });
    expect(webApps.map(({ app, parts }) => [app, parts.length])).toEqual([
      ['operate', 6],
      ['tasklist', 6],
      ['optimize', 2],
    ]);
    expect(webApps[0]?.parts.map(({ name }) => name.at(-6))).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(records).toMatchObject({ name: `camunda_zeebe_records_backup_${id}`, state: 'SUCCESS', failedShards: 0 });
  });

  test('is proven without changing anything, twice with the same outcome', async () => {
    await using w = await backedUp();
    const first = await w.prove();
    const from = w.simulator.calls.length;

    expect(await w.prove()).toEqual(first);
    expect(w.simulator.calls.slice(from).every(({ method }) => method === 'GET')).toBe(true);
  });

  test('holds without records and positions where no exporter runs', async () => {
    await using w = await startActivityWorld({ simulator: { exporters: [] } });
    const facts = await w.discover();
    w.simulator.cluster.takeBrokerSnapshots();
    w.simulator.cluster.takeZeebeBackupByHand(id);
    await w.simulator.cluster.awaitState(({ backups }) => backups[0]?.state === 'COMPLETED');

    const { proof, records } = await w.run(w.activities.proveBackup, {
      facts: { ...facts, webApps: [] },
      backupId: id,
      fences: [],
    });

    expect(proof.holds).toBe(true);
    expect(proof.checks.map(({ compared }) => compared)).toContain('partition 1: not applicable, no exporter');
    expect(records).toBeUndefined();
  });
});

describe('a set does not hold', () => {
  test('when a part of an application was deleted', async () => {
    await using w = await backedUp();
    await deleted(w.simulator.urls.searchEngine, `camunda_operate_${id}_8.6.0_part_2_of_6`);

    expect((await w.prove()).proof.checks.filter(({ holds }) => !holds)).toEqual([
      {
        code: 'WEB_APP_COMPLETE',
        holds: false,
        compared: expect.stringMatching(/^Operate: 5 of 6 parts exist; the set holds no index operate-/),
      },
    ]);
  });

  test('when an index of an application was missed in silence', async () => {
    await using w = await backedUp(
      {},
      { before: (cluster) => cluster.searchEngine.createIndex('tasklist-new-8.6.0_') },
    );

    expect((await w.prove()).proof.checks.filter(({ holds }) => !holds)).toEqual([
      { code: 'WEB_APP_COMPLETE', holds: false, compared: 'Tasklist: the set holds no index tasklist-new-8.6.0_' },
    ]);
  });

  test('when the record snapshot is gone', async () => {
    await using w = await backedUp();
    await deleted(w.simulator.urls.searchEngine, `camunda_zeebe_records_backup_${id}`);

    const { proof, records } = await w.prove();

    expect(records).toBeUndefined();
    expect(proof.checks.filter(({ holds }) => !holds)).toEqual([
      {
        code: 'RECORDS_COMPLETE',
        holds: false,
        compared: `exported records: snapshot camunda_zeebe_records_backup_${id} does not exist`,
      },
    ]);
  });

  /** Somebody else's snapshot of the same indices under the name of ours. */
  async function replaced(w: Awaited<ReturnType<typeof backedUp>>, metadata: object): Promise<void> {
    const name = `camunda_zeebe_records_backup_${id}`;
    await deleted(w.simulator.urls.searchEngine, name);
    await fetch(`${w.simulator.urls.searchEngine}/_snapshot/camunda/${name}?wait_for_completion=true`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ indices: 'zeebe-record_*', metadata }),
    });
    await w.simulator.cluster.awaitState(({ snapshots }) =>
      snapshots.some((each) => each.name === name && each.state === 'SUCCESS'),
    );
  }

  test('when the record snapshot was made again under the same name: it is another one by its UUID', async () => {
    await using w = await backedUp();
    await replaced(w, { backupId: id });

    expect((await w.prove()).proof.checks.filter(({ holds }) => !holds)).toEqual([
      {
        code: 'ONE_BACKUP_ID',
        holds: false,
        compared: expect.stringMatching(/; UUID of snapshot camunda_zeebe_records_\S+ is \S+, taken was \S+$/),
      },
    ]);
  });

  test.each([
    ['of another backup', { backupId: 7 }, '7'],
    ['of no backup', {}, 'absent'],
  ])('when the record snapshot says that it is %s', async (_, metadata, found) => {
    await using w = await backedUp();
    await replaced(w, metadata);
    const { recordSnapshotUuid: _uuid, ...set } = w.set;

    const { proof } = await w.run(w.activities.proveBackup, set);

    expect(proof.checks.filter(({ holds }) => !holds).map(({ compared }) => compared)).toEqual([
      expect.stringContaining(
        `backupId in the metadata of snapshot camunda_zeebe_records_backup_${id} is ${found}, taken was ${id}`,
      ),
    ]);
  });

  test('when a part of an application says that it is of another backup', async () => {
    await using w = await backedUp();
    const path = /^\/_snapshot\/camunda\/camunda_operate/;
    const answer = await (
      await fetch(`${w.simulator.urls.searchEngine}/_snapshot/camunda/camunda_operate_${id}_*`)
    ).text();
    const body: unknown = JSON.parse(answer.replace(`"backupId":${id}`, '"backupId":7'));
    w.simulator.fault({ component: 'search-engine', method: 'GET', path }, { status: 200, body });

    expect((await w.prove()).proof.checks.filter(({ holds }) => !holds)).toMatchObject([
      { code: 'ONE_BACKUP_ID', compared: expect.stringMatching(/_part_1_of_6 is 7, taken was/) },
    ]);
  });

  test('when the Zeebe backup was deleted', async () => {
    await using w = await backedUp();
    w.simulator.cluster.deleteZeebeBackupByHand(id);

    expect((await w.prove()).proof.checks.filter(({ holds }) => !holds).map(({ code }) => code)).toEqual([
      'ZEEBE_COMPLETE',
      'RECORDS_BEFORE_CHECKPOINT',
      'RECORDS_BEFORE_CHECKPOINT',
    ]);
  });

  test('when somebody resumed in the pause and a broker snapshot followed: only the positions show it', async () => {
    const resumed = async (cluster: SimulatedCluster): Promise<void> => {
      const before = cluster.positions.map(({ acknowledged }) => acknowledged);
      cluster.resumeByHand();
      await expect
        .poll(() => cluster.positions.every(({ acknowledged }, at) => acknowledged > (before[at] ?? 0)), {
          interval: 5,
        })
        .toBe(true);
      cluster.takeBrokerSnapshots();
      cluster.pauseByHand('soft');
    };
    await using w = await backedUp({}, { inPause: resumed });

    const broken = (await w.prove()).proof.checks.filter(({ holds }) => !holds);

    expect(broken.map(({ code }) => code)).toEqual(['EXPORTED_BEFORE_PAUSE', 'EXPORTED_BEFORE_PAUSE']);
    expect(broken[0]?.compared).toMatch(/^partition 1: E \d+ > X0 \d+$/);
  });

  test('when a fence was broken, whatever else holds', async () => {
    await using w = await backedUp();
    const fences = [{ name: 'after the Zeebe backup', broken: ['partition 1 on broker 0 is EXPORTING'] }];

    const { proof } = await w.run(w.activities.proveBackup, { ...w.set, fences });

    expect(proof.checks.filter(({ holds }) => !holds).map(({ code }) => code)).toEqual(['PAUSE_HELD']);
  });
});
