import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';
import { startFakeS3 } from '../stores/fake-s3.ts';

/** Above every ID that the clock of this test would choose. */
const high = Math.floor(Date.now() / 1_000) + 100_000;
async function ready(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld(options);
  const facts = await world.discover();
  return Object.assign(world, {
    prepare: (input: { readonly backupId?: number; readonly above?: number } = {}) =>
      world.run(world.activities.prepareBackup, { facts, ...input }),
  });
}

const snapshotCalled = (w: ActivityWorld, name: string) =>
  fetch(`${w.simulator.urls.searchEngine}/_snapshot/camunda/${name}`, {
    method: 'PUT',
    body: '{"indices":"operate-*"}',
    headers: { 'content-type': 'application/json' },
  });

describe('the chosen ID', () => {
  test('is the seconds since the epoch, with the time at which it was read as absent', async () => {
    await using w = await ready();
    const before = Date.now();

    const { backupId, absentAt } = await w.prepare();

    expect(backupId).toBeGreaterThanOrEqual(Math.floor(before / 1_000));
    expect(backupId).toBeLessThanOrEqual(Math.floor(Date.now() / 1_000));
    expect(Date.parse(absentAt)).toBeGreaterThanOrEqual(before);
  });

  test.each<[string, (w: ActivityWorld) => unknown]>([
    ['Zeebe backup', (w) => w.simulator.cluster.takeZeebeBackupByHand(high)],
    [
      'Zeebe backup that was deleted: only the metric of the brokers remembers it',
      (w) => {
        w.simulator.cluster.takeZeebeBackupByHand(high);
        w.simulator.cluster.deleteZeebeBackupByHand(high);
      },
    ],
    ['snapshot of exported records', (w) => snapshotCalled(w, `camunda_zeebe_records_backup_${high}`)],
    ['part of Operate', (w) => snapshotCalled(w, `camunda_operate_${high}_8.6.0_part_1_of_6`)],
    ['part of Tasklist of another version', (w) => snapshotCalled(w, `camunda_tasklist_${high}_8.5.1_part_6_of_6`)],
    [
      'part of an application that is not configured here',
      (w) => snapshotCalled(w, `camunda_optimize_${high}_8.6.0_part_1_of_2`),
    ],
    ['history snapshot of a later version', (w) => snapshotCalled(w, `camunda_webapps_${high}_8.8.0_part_1_of_8`)],
  ])('is above any known %s', async (_, leave) => {
    await using w = await ready();
    await leave(w);

    expect(await w.prepare()).toMatchObject({ backupId: high + 1 });
  });

  test('is above what lies in the backup store, of which Zeebe need not know', async () => {
    const s3 = await startFakeS3('zeebe', { [`1/${high}/0/manifest.json`]: '{}' });
    await using w = await ready({
      backupStore: {
        type: 's3',
        bucket: 'zeebe',
        basePath: '',
        region: 'eu-central-1',
        endpoint: s3.url,
        forcePathStyle: true,
        accessKeyId: 'key',
        secretAccessKey: 'secret',
      },
    });
    // The brokers of the simulator keep theirs elsewhere, and would tell.
    w.simulator.fault({ path: '/actuator/configprops/zeebe.broker' }, { status: 404, body: {} });

    expect(await w.prepare()).toMatchObject({ backupId: high + 1 });
  });

  test('is above an ID that an earlier attempt found burnt', async () => {
    await using w = await ready();

    expect(await w.prepare({ above: high + 7 })).toMatchObject({ backupId: high + 8 });
  });

  test('is not misled by snapshots that only look alike', async () => {
    await using w = await ready();
    await snapshotCalled(w, `camunda_other_${high}_part_1`);
    await snapshotCalled(w, `camunda_operate_x${high}`);

    expect((await w.prepare()).backupId).toBeLessThan(high);
  });
});

describe('an ID that the user names', () => {
  test('is kept, and used by nobody when no component has it', async () => {
    await using w = await ready();

    expect(await w.prepare({ backupId: high })).toMatchObject({ backupId: high, usedBy: [] });
  });

  test('is told to be used where only the brokers remember it', async () => {
    await using w = await ready();
    w.simulator.cluster.burnBackupId(high);

    expect(await w.prepare({ backupId: high })).toMatchObject({
      usedBy: [`Zeebe, whose latest backup has ID ${high}`],
    });
  });

  test('is told to be used by every component that has it', async () => {
    await using w = await ready();
    await snapshotCalled(w, `camunda_operate_${high}_8.6.0_part_1_of_6`);
    await snapshotCalled(w, `camunda_zeebe_records_backup_${high}`);
    w.simulator.cluster.takeZeebeBackupByHand(high);
    await w.simulator.cluster.awaitState(
      ({ backups, snapshots }) =>
        backups[0]?.state === 'COMPLETED' && snapshots.every(({ state }) => state === 'SUCCESS'),
    );

    expect(await w.prepare({ backupId: high })).toMatchObject({
      backupId: high,
      usedBy: [
        'Zeebe (COMPLETED)',
        `the exported records (camunda_zeebe_records_backup_${high}, SUCCESS)`,
        'Operate (1 parts)',
      ],
    });
  });
});

test('nothing is changed: the repository is verified by the search engine itself', async () => {
  await using w = await ready();
  await w.prepare();

  const sent = w.simulator.calls
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
  expect(sent).toEqual([`POST /_snapshot/${w.simulator.repository}/_verify`]);
});

test('what a terminated run left and nobody named is named, and nothing is deleted', async () => {
  const closed = [
    {
      runId: 'run-1',
      workflowType: 'takeBackup',
      startedAt: '2026-11-21T10:00:00.000Z',
      closedAt: '2026-11-21T10:05:00.000Z',
      status: 'TERMINATED',
      backupId: 4_242,
    },
  ];
  await using w = await startActivityWorld({ lock: { closed } });
  const facts = await w.discover();
  const absentAt = new Date().toISOString();
  w.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  await w.run(w.activities.takeZeebeBackup, { facts, backupId: 4_242, absentAt });
  await w.simulator.cluster.awaitState(({ backups }) => backups[0]?.state === 'IN_PROGRESS');

  expect((await w.run(w.activities.prepareBackup, { facts })).leftBefore).toEqual([
    'backup 4242 of run run-1 ended without saying what it left behind: Zeebe: backup 4242 (IN_PROGRESS) in its backup store',
  ]);
  expect(w.simulator.cluster.backups).toHaveLength(1);
});

test('a backup of which only the trace of its pause is left is not called left behind: it may have COMPLETED', async () => {
  const trace = {
    cluster: 'prod',
    runId: 'run-9',
    backupId: 4_242,
    declaredAt: '2026-11-21T10:00:00.000Z',
    mayLandUntil: '2026-11-21T10:00:45.000Z',
  };
  await using w = await startActivityWorld({ lock: { trace } });

  const { leftBefore } = await w.run(w.activities.prepareBackup, { facts: await w.discover() });

  expect(leftBefore).toEqual([
    'the record of backup 4242 (run run-9) is gone, and nothing tells whether it COMPLETED. Under its ID: nothing was found',
  ]);
});
