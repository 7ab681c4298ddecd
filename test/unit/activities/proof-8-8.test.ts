import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
type World = Awaited<ReturnType<typeof startActivityWorld>>;

/** An 8.8 without Optimize, backed up in the right order by the activities themselves. */
async function backedUp(
  change: { before?: (w: World) => unknown; after?: (w: World) => unknown } = {},
  options: ActivityWorldOptions = {},
) {
  const w = await startActivityWorld({
    ...options,
    simulator: { version: '8.8.2', recordsPerSecond: 2_000, ...options.simulator },
  });
  const { activities } = w;
  await change.before?.(w);
  const facts = await w.discover();
  const { absentAt } = await w.run(activities.prepareBackup, { facts, backupId: id });
  const { acknowledged } = await w.run(activities.softPauseExporting, { facts });
  const pausedAt = new Date().toISOString();
  const take = { facts, app: 'webapps', backupId: id } as const;
  const { scheduled } = await w.run(activities.takeWebAppBackup, { ...take, absentAt });
  const { uuids = {} } = await w.run(activities.awaitWebAppBackup, { ...take, scheduled });
  const webAppsWholeAt = new Date().toISOString();
  await w.run(activities.takeZeebeBackup, { facts, backupId: id, absentAt });
  await w.run(activities.awaitZeebeBackup, { facts, backupId: id });
  await change.after?.(w);
  const course = { pausedAt, webAppsTakenAt: pausedAt, webAppsWholeAt, zeebeTakenAt: webAppsWholeAt };
  const set = {
    facts,
    backupId: id,
    acknowledgedAtPause: acknowledged,
    webAppSnapshotUuids: uuids,
    course,
    fences: [],
  };
  const prove = async () => (await w.run(activities.proveBackup, set)).proof;
  return Object.assign(w, { prove, failed: async () => (await prove()).checks.filter(({ holds }) => !holds) });
}

test('a set of an 8.8 holds: web applications, Zeebe, and nothing about records', async () => {
  await using w = await backedUp();

  const { holds, checks } = await w.prove();

  expect(checks.filter((check) => !check.holds)).toEqual([]);
  expect(holds).toBe(true);
  expect(checks.map(({ code }) => code)).toEqual([
    'ZEEBE_COMPLETE',
    'ONE_BACKUP_ID',
    'VERSIONS_EQUAL',
    'WEB_APP_COMPLETE',
    'WEB_APPS_IN_PAUSE',
    'EXPORTED_BEFORE_PAUSE',
    'EXPORTED_BEFORE_PAUSE',
  ]);
});

test('indices that an update left behind are named and break nothing', async () => {
  await using w = await backedUp({
    before: ({ simulator }) => simulator.cluster.searchEngine.createIndex('tasklist-task-8.4.0_2026-01-01'),
  });

  const { holds, checks } = await w.prove();

  expect(holds).toBe(true);
  expect(checks.find(({ code }) => code === 'WEB_APP_COMPLETE')?.compared).toMatch(
    /^Web applications: 6 of 6 parts SUCCESS.*; not of this version and not in the set: tasklist-task-8\.4\.0_2026-01-01$/,
  );
});

describe('a set of an 8.8 does not hold', () => {
  test('when an archive of what it holds was missed in silence', async () => {
    await using w = await backedUp({
      before: ({ simulator }) => simulator.cluster.searchEngine.createIndex('operate-list-view-8.3.0_2026-11-20'),
    });

    expect(await w.failed()).toEqual([
      {
        code: 'WEB_APP_COMPLETE',
        holds: false,
        compared: 'Web applications: the set holds no index operate-list-view-8.3.0_2026-11-20',
      },
    ]);
  });

  test('when somebody made a part of the same name again after Zeebe was taken', async () => {
    const name = `camunda_webapps_${id}_8.8.2_part_1_of_6`;
    await using w = await backedUp({
      async after({ simulator }) {
        const url = `${simulator.urls.searchEngine}/_snapshot/camunda/${name}`;
        await fetch(url, { method: 'DELETE' });
        await fetch(`${url}?wait_for_completion=true`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ indices: 'operate-import-position-*,tasklist-import-position-*' }),
        });
      },
    });

    expect(await w.failed()).toEqual([
      {
        code: 'ONE_BACKUP_ID',
        holds: false,
        compared: expect.stringMatching(new RegExp(`UUID of snapshot ${name} is \\S+, taken was \\S+$`)),
      },
    ]);
  });

  test('when the web applications keep their indices under another prefix than the configured one', async () => {
    // Without those that an 8.8 must have under the configured prefix the backup would not have begun.
    const before = ({ simulator: { cluster } }: World): void =>
      ['acme-operate-list-view-8.3.0_', 'acme-tasklist-task-8.5.0_'].forEach((name) =>
        cluster.searchEngine.createIndex(name),
      );
    await using w = await backedUp({ before }, { webAppsIndexPrefix: 'acme' });

    expect((await w.failed()).map(({ compared }) => compared)).toEqual([
      expect.stringMatching(/the set holds no index acme-operate-list-view.*the set holds the foreign index operate-/),
    ]);
  });
});
