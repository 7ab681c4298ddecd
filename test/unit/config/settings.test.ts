import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingDocs, Settings } from '../../../src/config/settings.ts';
import { load, problems } from './fixture.ts';

test('without any variable but the file every setting has its default', () => {
  const { taskQueue, timing, worker } = load();

  expect({ taskQueue, timing, worker }).toMatchObject({
    taskQueue: 'camunda-backup',
    timing: { maxPauseMs: 6 * 3_600_000, pollMinMs: 300, unknownPauseGraceMs: 6 * 3_600_000 },
    worker: { maxConcurrentActivities: 1000, stickyQueueTimeoutMs: 5_000, maxHeartbeatThrottleMs: 5_000 },
  });
});

test('no cluster file is one problem that says what to give', () => {
  expect(problems({ env: { CAMUNDA_BACKUP_CLUSTER_FILE: undefined } })).toEqual([
    'CAMUNDA_BACKUP_CLUSTER_FILE: is not set; give the path of the cluster file (YAML), here or with --cluster-file',
  ]);
  expect(problems({ env: { CAMUNDA_BACKUP_CLUSTER_FILE: '/nowhere' } })).toEqual([
    expect.stringContaining('CAMUNDA_BACKUP_CLUSTER_FILE: cannot read /nowhere: '),
  ]);
});

test.each([
  ['MAX_PAUSE', 'never', '"never" is not a duration'],
  ['MAX_PAUSE', '31d', '31d is outside 1s to 30d'],
  ['POLL_MIN', '', '"" is not a duration'],
  ['UNKNOWN_PAUSE_GRACE', 'always', '"always" is neither "never" nor a duration from 1s to 30d'],
  ['MAX_CONCURRENT_ACTIVITIES', '0', '"0" is not a whole number from 1 to 10000'],
  ['DISK_HEAD_ROOM', '3', '"3" is neither "auto" nor a size; write 500MiB, 3GiB, or 0 for none'],
  ['METRICS_ADDRESS', ':9464', '":9464" is not IP address and port'],
  ['MONITORING_ADDRESS', 'localhost:9465', '"localhost:9465" is not IP address and port, as in 0.0.0.0:9465'],
  ['LOG_FORMAT', 'xml', 'must be one of text, json, not "xml"'],
  ['LOG_LEVEL', 'trace', 'must be one of debug, info, warn, error, not "trace"'],
  ['TASK_QUEUE', '', 'is empty'],
])('%s=%s is refused', (name, value, expected) => {
  expect(problems({ env: { [`CAMUNDA_BACKUP_${name}`]: value } })).toEqual([
    expect.stringContaining(`CAMUNDA_BACKUP_${name}: ${expected}`),
  ]);
});

test.each([
  ['POLL_MIN', '1m', '1m must be at most CAMUNDA_BACKUP_POLL_MAX, which is 30s'],
  ['PAUSE_CALL_TIMEOUT', '2m', '2m must be below CAMUNDA_BACKUP_PAUSE_DEADLINE, which is 2m'],
  ['MAX_PAUSE', '1m', undefined],
  ['MAX_HEARTBEAT_THROTTLE', '30s', '30s must be below CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT, which is 30s'],
  ['SHUTDOWN_GRACE', '5m', '5m must be below CAMUNDA_BACKUP_SHUTDOWN_FORCE, which is 28s'],
])('%s=%s contradicts another setting, also when a third one is wrong', (name, value, expected) => {
  const env = { [`CAMUNDA_BACKUP_${name}`]: value, CAMUNDA_BACKUP_LOG_LEVEL: 'loud' };
  const message =
    expected === undefined
      ? 'CAMUNDA_BACKUP_PAUSE_DEADLINE: 2m must be below CAMUNDA_BACKUP_MAX_PAUSE, which is 1m'
      : `CAMUNDA_BACKUP_${name}: ${expected}`;

  expect(problems({ env })).toEqual([expect.stringContaining('CAMUNDA_BACKUP_LOG_LEVEL'), message]);
});

test.each([
  ['auto', undefined],
  ['0', 0],
  ['500MiB', 500 * 2 ** 20],
  ['3 GB', 3 * 2 ** 30],
])('a head-room of %s is read', (value, bytes) => {
  expect(load({ env: { CAMUNDA_BACKUP_DISK_HEAD_ROOM: value } }).timing.diskHeadRoomBytes).toBe(bytes);
});

test('an unknown pause can be left alone for ever', () => {
  const { timing } = load({ env: { CAMUNDA_BACKUP_UNKNOWN_PAUSE_GRACE: 'never' } });

  expect(timing.unknownPauseGraceMs).toBeUndefined();
});

test('every setting stands in docs/configuration.md with its type, default and range, and none besides', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const documented = page.split('\n').filter((line) => line.startsWith('| `CAMUNDA_BACKUP_'));

  const expected = Object.entries(Settings.shape).map(([name, schema]) => {
    const doc = settingDocs.get(schema);
    return `| \`${name}\` | ${doc?.type} | ${doc?.default ?? ''} | ${doc?.range ?? ''} | ${doc?.description} |`;
  });

  expect(documented.map((line) => line.replaceAll(/ +/g, ' '))).toEqual(
    expected.map((line) => line.replaceAll(/ +/g, ' ')),
  );
});
