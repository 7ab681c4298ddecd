import { expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const gib = 2 ** 30;
const backupId = 42;

/** A Zeebe backup that runs until it is deleted, and the wait for it. */
async function waitingWorld(options: ActivityWorldOptions = {}) {
  const w = await startActivityWorld({
    ...options,
    timing: { diskIntervalMs: 20, stallTimeoutMs: 60_000, ...options.timing },
    simulator: { zeebeBackupDurationMs: 600_000, recordsPerSecond: 0, ...options.simulator },
  });
  const facts = await w.discover();
  w.simulator.cluster.takeZeebeBackupByHand(backupId);
  const wait = (inPause = true) => w.start(w.activities.awaitZeebeBackup, { facts, backupId, inPause });
  const metricsRead = () => w.simulator.calls.filter(({ path }) => path === '/actuator/prometheus').length;
  return Object.assign(w, { facts, wait, metricsRead });
}

test('the head-room of each broker is half as much again as its own watermark', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 2, freeForProcessingBytes: 4 * gib } });

  expect((await w.discover()).headRoom).toEqual([
    { nodeId: 0, bytes: 6 * gib, dataDirectory: '/usr/local/zeebe/data' },
    { nodeId: 1, bytes: 6 * gib, dataDirectory: '/usr/local/zeebe/data' },
  ]);
});

test.each([
  { title: 'without an exporter', options: { simulator: { exporters: [] } } },
  { title: 'with gateway-only', options: { verification: 'gateway-only' as const, brokers: [] } },
  { title: 'where the setting is 0', options: { timing: { diskHeadRoomBytes: 0 } } },
])('$title no disk is looked at', async ({ options }) => {
  await using w = await startActivityWorld(options);

  const facts = await w.discover();

  expect(facts).not.toHaveProperty('headRoom');
  expect(facts.timing).not.toHaveProperty('diskHeadRoomBytes');
});

test('where a broker hides its configuration the default of Zeebe counts', async () => {
  await using w = await startActivityWorld();
  w.simulator.fault({ path: '/actuator/configprops/zeebe.broker' }, { status: 404, body: {} });

  expect((await w.discover()).headRoom).toEqual([{ nodeId: 0, bytes: 3 * gib }]);
});

test('a disk that runs low in the pause ends the wait with broker, free bytes, head-room and what to do', async () => {
  await using w = await waitingWorld({ simulator: { brokers: 3 } });
  const waiting = w.wait();
  await waiting.heartbeat(() => true);

  w.simulator.change({ diskBytes: 2 * gib });

  await expect(waiting.result).rejects.toMatchObject({
    type: 'BackupFailed',
    nonRetryable: true,
    message: expect.stringMatching(
      /^The pause of cluster prod was ended early: broker 0 has 2\.0 GiB of disk free in \S+, less than its head-room of 3\.0 GiB; broker 1 .*CAMUNDA_BACKUP_DISK_HEAD_ROOM/,
    ),
    details: [],
  });
});

test('a disk that runs low when the Zeebe backup is whole by then ends no good backup', async () => {
  await using w = await waitingWorld({
    timing: { diskIntervalMs: 0, pollMinMs: 1_000, pollMaxMs: 1_000 },
    simulator: { zeebeBackupDurationMs: 1_500 },
  });
  const held = w.simulator.fault({ path: '/actuator/prometheus' }, { hold: 'before-act' });
  const waiting = w.wait();
  await expect.poll(() => w.simulator.cluster.backups[0]?.state, { timeout: 10_000 }).toBe('COMPLETED');
  w.simulator.change({ diskBytes: 2 * gib });
  held.release();

  expect(await waiting.result).toMatchObject({ state: 'COMPLETED', disks: [{ freeBytes: expect.any(Number) }] });
});

test('where a broker tells the disk of its data directory, no other counts', async () => {
  await using w = await startActivityWorld({ simulator: { recordsPerSecond: 0 } });
  const facts = await w.discover();
  const free = (path: string, bytes: number) =>
    `disk_free_bytes{path="${path}",} ${bytes}\ndisk_total_bytes{path="${path}",} 1.0E12\n`;
  const text = free('/usr/local/zeebe/.', 1) + free('/usr/local/zeebe/data', 5e11);
  w.simulator.fault({ path: '/actuator/prometheus' }, { status: 200, text });

  const { disks } = await w.run(w.activities.awaitInStep, { facts, backupId }, { scheduledTimestampMs: Date.now() });

  expect(disks).toEqual([{ nodeId: 0, freeBytes: 5e11, path: '/usr/local/zeebe/data' }]);
});

test('outside of a pause the same wait looks at no disk', async () => {
  await using w = await waitingWorld({ simulator: { diskBytes: 2 * gib } });
  const before = w.metricsRead();
  const waiting = w.wait(false);
  await waiting.heartbeat(() => true);
  await expect.poll(() => waiting.heartbeats.length).toBeGreaterThan(10);

  expect(w.metricsRead()).toBe(before);
});

test('what was read last goes on with the result', async () => {
  await using w = await waitingWorld({ simulator: { zeebeBackupDurationMs: 400 } });

  const { disks, diskWarnings, state } = await w.wait().result;

  expect(state).toBe('COMPLETED');
  expect(disks).toEqual([{ nodeId: 0, freeBytes: expect.any(Number), path: '/usr/local/zeebe/.' }]);
  expect(diskWarnings).toBeUndefined();
});

test('it looks no more often than its interval, and not at all in a short wait', async () => {
  await using w = await waitingWorld({
    timing: { diskIntervalMs: 600_000 },
    simulator: { zeebeBackupDurationMs: 300 },
  });
  const before = w.metricsRead();

  expect(await w.wait().result).not.toHaveProperty('disks');
  expect(w.metricsRead()).toBe(before);
});

test.each([
  { title: 'fails', answer: { status: 500, body: { message: 'no' } } },
  { title: 'is a login page', answer: { status: 200, body: '<html>log in</html>' } },
  { title: 'is not there', answer: { status: 404, body: {} } },
])('a disk whose reading $title in the pause is one warning, and the wait goes on', async ({ answer }) => {
  await using w = await waitingWorld({ simulator: { zeebeBackupDurationMs: 400 } });
  w.simulator.fault({ path: '/actuator/prometheus' }, answer);

  const { diskWarnings } = await w.wait().result;

  expect(diskWarnings).toEqual([expect.stringMatching(/^free disk of broker 0 could not be read in the pause: /)]);
});

test('a broker that hangs holds up no look at the backup', async () => {
  await using w = await waitingWorld();
  const hangs = w.simulator.fault({ path: '/actuator/prometheus' }, { hold: 'before-act' });
  const waiting = w.wait();
  await expect.poll(() => w.simulator.calls.some(({ path }) => path === '/actuator/prometheus')).toBe(true);
  w.simulator.cluster.deleteZeebeBackupByHand(backupId);
  hangs.release();

  await expect(waiting.result).rejects.toMatchObject({ type: 'BackupFailed' });
});

const beforePause = async (options: ActivityWorldOptions) => {
  const w = await startActivityWorld(options);
  const facts = await w.discover();
  const wait = () => w.run(w.activities.awaitInStep, { facts, backupId }, { scheduledTimestampMs: Date.now() });
  return Object.assign(w, { wait, prepare: () => w.run(w.activities.prepareBackup, { facts }) });
};

test('too little disk for a pause is refused before it, with the values and what to do', async () => {
  await using w = await beforePause({ simulator: { diskBytes: 2 * gib } });

  await expect(w.wait()).rejects.toMatchObject({
    type: 'FailedPrecondition',
    nonRetryable: true,
    message: expect.stringMatching(
      /^Cluster prod has too little disk for a pause: broker 0 has 2\.0 GiB of disk free in \S+, and needs 3\.0 GiB of head-room\. Nothing was paused\. Give it disk/,
    ),
  });
});

test('what disks lost in the last pauses refuses none: it would be refused for ever, for nothing else is ever learned', async () => {
  const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 3, minute)).toISOString();
  const past = {
    runId: 'r',
    workflowType: 'takeBackup',
    startedAt: at(0),
    closedAt: at(9),
    pause: { declaredAt: at(1), deadline: at(50), outcome: 'paused' as const },
    resumedVerifiedAt: at(5),
    pauseDiskBytes: 3 * gib,
  };
  await using w = await beforePause({
    simulator: { diskBytes: 5 * gib },
    lock: { completed: () => Promise.resolve([past]) },
  });

  await expect(w.prepare()).resolves.toMatchObject({ usedBy: [] });
  expect((await w.wait()).warnings).toEqual([
    expect.stringMatching(
      /^the pause may have to be ended early: broker 0 has 5\.0 GiB of disk free in \S+, and needs 3\.0 GiB of head-room beside 3\.0 GiB for a pause as the last ones$/,
    ),
  ]);
});

test('a disk that cannot be read before the pause is a warning', async () => {
  await using w = await beforePause({});
  w.simulator.fault({ path: '/actuator/prometheus' }, { status: 404, body: {} });

  expect((await w.wait()).warnings).toEqual([
    expect.stringMatching(/^free disk of broker 0 could not be read before the pause: /),
  ]);
});
