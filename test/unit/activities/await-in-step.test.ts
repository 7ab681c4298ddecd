import { expect, test } from 'vitest';
import { createAwaitInStepActivities } from '../../../src/activities/await-in-step.ts';
import { createClusters } from '../../../src/activities/clusters.ts';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const backupId = 42;
const noRecords = { recordsPerSecond: 0, initialRecords: 60 };

async function world(options: ActivityWorldOptions = {}) {
  const w = await startActivityWorld({ ...options, simulator: { ...noRecords, ...options.simulator } });
  const facts = await w.discover();
  const wait = (scheduledTimestampMs = Date.now()) =>
    w.start(w.activities.awaitInStep, { facts, backupId }, { scheduledTimestampMs });
  return Object.assign(w, { facts, wait });
}

/** Exporters that stopped with so many records to go. */
async function lagging(records: number, options: ActivityWorldOptions = {}) {
  const w = await world(options);
  w.simulator.cluster.exportersStuck = true;
  w.simulator.change({ recordsPerSecond: 1_000_000 });
  await expect
    .poll(() => w.simulator.cluster.positions.every(({ log, written }) => log - written > records))
    .toBe(true);
  w.simulator.change({ recordsPerSecond: 0 });
  return w;
}

const seen = (details: unknown): string => JSON.stringify(details);

test('a cluster in step is not waited for, and costs one look each', async () => {
  await using w = await world({ simulator: { brokers: 1 } });
  const before = w.simulator.calls.length;

  const { waitedMs, warnings } = await w.wait().result;

  expect(warnings).toEqual([]);
  expect(waitedMs).toBeLessThan(5_000);
  expect(
    w.simulator.calls
      .slice(before)
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`)
      .toSorted(),
  ).toEqual(['GET /_snapshot/_status', 'GET /actuator/partitions', 'GET /actuator/prometheus']);
});

test('exporters that are far behind are waited for, and named with their records', async () => {
  await using w = await lagging(20_000);
  const waiting = w.wait();
  const details = await waiting.heartbeat(() => true);
  expect(seen(details)).toMatch(
    /"exporters in step and no other snapshot".*"partition 1 lags by \d\d+,\d\d\d records"/,
  );

  w.simulator.cluster.exportersStuck = false;

  expect((await waiting.result).warnings).toEqual([]);
});

test('a lag that never ends is a warning when the wait is over', async () => {
  await using w = await lagging(20_000, { timing: { awaitInStepMs: 100 } });

  const { warnings } = await w.wait().result;

  expect(warnings).toEqual([
    expect.stringMatching(
      /^exporting was paused after waiting 100 ms for this: partition 1 lags by [\d,]+ records; partition 2 lags by [\d,]+ records$/,
    ),
  ]);
});

test('with a bound of zero it looks once', async () => {
  await using w = await lagging(20_000, { timing: { awaitInStepMs: 0 } });
  const waiting = w.wait();

  expect((await waiting.result).warnings).toHaveLength(1);
  expect(waiting.heartbeats).toEqual([]);
});

test.each(['elasticsearch', 'opensearch'] as const)(
  "on %s a snapshot of others in any repository is waited for, this backup's own is not",
  async (product) => {
    const version = product === 'opensearch' ? '2.19.3' : '8.16.1';
    await using w = await world({ simulator: { searchEngine: { product, version } } });
    const { searchEngine } = w.simulator.cluster;
    searchEngine.registerRepository('nightly');
    const ours = {
      repository: w.facts.repository,
      name: `camunda_zeebe_records_backup_${backupId}`,
      durationMs: 600_000,
    };
    searchEngine.takeSnapshotByHand(ours);
    searchEngine.takeSnapshotByHand({ repository: 'nightly', name: 'daily-3', durationMs: 600_000 });
    const waiting = w.wait();
    expect(await waiting.heartbeat(() => true)).toMatchObject({
      seen: ['snapshot daily-3 of repository nightly runs'],
    });

    searchEngine.deleteSnapshotByHand('nightly', 'daily-3');

    expect((await waiting.result).warnings).toEqual([]);
  },
);

test('a snapshot that never ends is a warning when the wait is over', async () => {
  await using w = await world({ timing: { awaitInStepMs: 100 } });
  w.simulator.cluster.searchEngine.takeSnapshotByHand({
    repository: w.facts.repository,
    name: 'x',
    durationMs: 600_000,
  });

  const { warnings } = await w.wait().result;

  expect(warnings).toEqual([
    `exporting was paused after waiting 100 ms for this: snapshot x of repository ${w.facts.repository} runs`,
  ]);
});

test('a later attempt does not wait anew', async () => {
  await using w = await lagging(20_000);

  const { waitedMs, warnings } = await w.wait(Date.now() - 60_000).result;

  expect(waitedMs).toBeGreaterThanOrEqual(60_000);
  expect(warnings).toHaveLength(1);
});

test.each([
  { title: 'an error of its own', answer: { status: 500, body: { error: { type: 'x', reason: 'y' }, status: 500 } } },
  { title: 'a login page', answer: { status: 200, body: '<html>log in</html>' } },
])('running snapshots that cannot be read for $title are a warning after a grace', async ({ answer }) => {
  await using w = await world();
  w.simulator.fault({ component: 'search-engine', path: '/_snapshot/_status' }, answer);
  const waiting = w.wait();

  const { warnings, waitedMs } = await waiting.result;

  expect(warnings).toEqual([expect.stringMatching(/^whether another snapshot runs could not be read: /)]);
  expect(waitedMs).toBeGreaterThanOrEqual(w.facts.timing.appearGraceMs);
  expect(waitedMs).toBeLessThan(10_000);
});

test.each([403, 404])('running snapshots whose reading is refused with %d are a warning at once', async (status) => {
  await using w = await world({ timing: { appearGraceMs: 60_000 } });
  w.simulator.fault(
    { component: 'search-engine', path: '/_snapshot/_status' },
    { status, body: { error: {}, status } },
  );

  const { warnings, waitedMs } = await w.wait().result;

  expect(warnings).toEqual([expect.stringMatching(/^whether another snapshot runs could not be read: /)]);
  expect(waitedMs).toBeLessThan(30_000);
});

test('a broker that cannot be read is a warning after a grace', async () => {
  await using w = await world({ simulator: { brokers: 3 } });
  await w.simulator.cluster.brokers[1]?.stop();

  const { warnings } = await w.wait().result;

  expect(warnings).toEqual([
    expect.stringMatching(/^whether the exporters of broker 1 are in step could not be read: No answer: GET /),
    expect.stringMatching(/^free disk of broker 1 could not be read before the pause: No answer: GET /),
  ]);
});

test('a broker that hangs hides no lag of the others', async () => {
  await using w = await lagging(20_000, { simulator: { brokers: 3 }, timing: { awaitInStepMs: 100 } });
  const { awaitInStep } = createAwaitInStepActivities({ clusters: createClusters([w.clients]), patienceMs: 300 });
  const hangs = w.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { hold: 'before-act' });

  const { warnings } = await w.run(awaitInStep, { facts: w.facts, backupId }, { scheduledTimestampMs: Date.now() });
  hangs.release();

  expect(warnings).toEqual([
    expect.stringMatching(/ for this: partition \d lags by /),
    'whether the exporters of broker 2 are in step could not be read: no answer within 300 ms',
  ]);
});

test('of fifty brokers that cannot be read each thing is said once', async () => {
  await using w = await world({ simulator: { brokers: 3 } });
  const [url = ''] = w.simulator.urls.brokers;
  await w.simulator.cluster.brokers[0]?.stop();
  const brokers = Array.from({ length: 50 }, (_, nodeId) => ({ nodeId, url }));
  await using many = await startActivityWorld({ brokers });
  const facts = { ...w.facts, headRoom: brokers.map(({ nodeId }) => ({ nodeId, bytes: 2 ** 30 })) };

  const { warnings } = await many.run(many.activities.awaitInStep, { facts, backupId });

  expect(warnings).toEqual([
    expect.stringMatching(/^whether the exporters of broker 0, 1, .*, 49 are in step could not be read: No answer/),
    expect.stringMatching(/^free disk of broker 0, 1, .*, 49 could not be read before the pause: No answer/),
  ]);
  expect(JSON.stringify(warnings).length).toBeLessThan(2_048);
});

test('with gateway-only only snapshots are waited for', async () => {
  await using w = await world({ verification: 'gateway-only', brokers: [] });
  const before = w.simulator.calls.length;

  expect((await w.wait().result).warnings).toEqual([]);
  expect(w.simulator.calls.slice(before)).toHaveLength(1);
});

test('a cancelled wait ends at once', async () => {
  await using w = await lagging(20_000);
  const waiting = w.wait();
  await waiting.heartbeat(() => true);

  waiting.cancel();

  await expect(waiting.result).rejects.toThrow(/CANCELLED|cancel/i);
});
