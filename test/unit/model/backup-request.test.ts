import { describe, expect, test } from 'vitest';
import { parseBackupRequest, parseResumeRequest } from '../../../src/model/backup-request.ts';

const backupKeys = 'cluster, backupId, reason, requestedBy, labels, ifBusy, attempts, maxPause';
const problems = (input: unknown) => {
  const parsed = parseBackupRequest(input);
  return 'problems' in parsed ? parsed.problems : [];
};

test('the name of the cluster is enough, and the defaults are filled in', () => {
  expect(parseBackupRequest({ cluster: 'prod' })).toEqual({
    value: { cluster: 'prod', labels: {}, ifBusy: 'fail', attempts: 2 },
  });
});

test('every key is taken as given; the longest pause in milliseconds', () => {
  const input = {
    cluster: 'prod',
    reason: 'before the update',
    requestedBy: 'ops',
    labels: { ticket: 'OPS-1' },
    ifBusy: 'wait',
    attempts: 5,
    maxPause: '90m',
  };

  expect(parseBackupRequest(input)).toEqual({
    value: {
      cluster: 'prod',
      reason: 'before the update',
      requestedBy: 'ops',
      labels: { ticket: 'OPS-1' },
      ifBusy: 'wait',
      attempts: 5,
      maxPauseMs: 5_400_000,
    },
  });
});

test('a given backup ID means one attempt: a second one could only take another ID', () => {
  expect(parseBackupRequest({ cluster: 'prod', backupId: 7, attempts: 4 })).toMatchObject({
    value: { backupId: 7, attempts: 1 },
  });
});

test.each([
  ['nothing', undefined, 'got nothing'],
  ['null', null, 'got null'],
  ['a text', 'prod', 'got "prod"'],
  ['a number', 7, 'got 7'],
  ['an array', [{ cluster: 'prod' }], 'got [{"cluster":"prod"}]'],
])('%s instead of an object is refused with an example and the allowed keys', (_, input, got) => {
  expect(problems(input)).toEqual([
    `The input must be one JSON object, like {"cluster":"prod"}; ${got}. Allowed keys: ${backupKeys}.`,
  ]);
});

test.each(['clusterName', 'Cluster', 'toString', 'constructor', '__proto__'])(
  'the unknown key %s is refused with the allowed ones',
  (key) => {
    const input: unknown = JSON.parse(`{"cluster":"prod","${key}":{}}`);

    expect(problems(input)).toEqual([`Unknown key "${key}". Allowed keys: ${backupKeys}.`]);
  },
);

describe('refused with the key, what it must be and what it is:', () => {
  const id = 'be an integer from 1 to 9007199254740991';
  const text = 'be a text of 1 to 500 characters';
  const labels = 'be an object of at most 20 texts of at most 200 characters';
  const duration = 'be a duration of 1 second to 30 days, like "45m" or "6h"';
  test.each([
    ['cluster', null, 'be the name of a configured cluster'],
    ['cluster', '', 'be the name of a configured cluster'],
    ['cluster', ['prod'], 'be the name of a configured cluster'],
    ['backupId', '7', id],
    ['backupId', 0, id],
    ['backupId', -1, id],
    ['backupId', 1.5, id],
    ['backupId', 2 ** 53, id],
    ['backupId', null, id],
    ['reason', '', text],
    ['reason', 7, text],
    ['reason', 'x'.repeat(501), text],
    ['requestedBy', {}, text],
    ['labels', [], labels],
    ['labels', null, labels],
    ['labels', { a: 1 }, labels],
    ['labels', { a: 'x'.repeat(201) }, labels],
    ['labels', Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, ''])), labels],
    ['ifBusy', 'queue', 'be "fail" or "wait"'],
    ['attempts', 0, 'be an integer from 1 to 5'],
    ['attempts', 6, 'be an integer from 1 to 5'],
    ['attempts', '2', 'be an integer from 1 to 5'],
    ['maxPause', 3_600, duration],
    ['maxPause', '6 hours', duration],
    ['maxPause', '999ms', duration],
    ['maxPause', '31d', duration],
    // Beyond what a date can hold: as a deadline it would break the workflow for ever.
    ['maxPause', '100000000d', duration],
  ])('%s %j', (key, value, must) => {
    const json = JSON.stringify(value);
    const got = json.length > 80 ? `${json.slice(0, 80)}…` : json;

    expect(problems({ cluster: 'prod', [key]: value })).toEqual([`"${key}" must ${must}; got ${got}.`]);
  });
});

test.each([
  ['backupId', 1],
  ['backupId', 2 ** 53 - 1],
  ['reason', 'x'.repeat(500)],
  ['labels', { a: 'x'.repeat(200) }],
  ['attempts', 1],
  ['maxPause', '1s'],
  ['maxPause', '30d'],
])('%s is accepted up to its bound', (key, value) => {
  expect(problems({ cluster: 'prod', [key]: value })).toEqual([]);
});

test('all problems are told at once', () => {
  expect(problems({ backupID: 7, attempts: 0, ifBusy: 'maybe' })).toEqual([
    `Unknown key "backupID". Allowed keys: ${backupKeys}.`,
    '"cluster" is missing: it names the cluster to work on.',
    '"ifBusy" must be "fail" or "wait"; got "maybe".',
    '"attempts" must be an integer from 1 to 5; got 0.',
  ]);
});

describe('the input of resumeExporting', () => {
  test('is the cluster, a reason, a person and whether to use force', () => {
    const input = { cluster: 'prod', reason: 'disk', requestedBy: 'ops', force: true };

    expect(parseResumeRequest(input)).toEqual({ value: input });
    expect(parseResumeRequest({ cluster: 'prod' })).toEqual({ value: { cluster: 'prod' } });
  });

  test('is refused with all its problems and its own keys', () => {
    expect(parseResumeRequest({ force: 'yes', backupId: 7 })).toEqual({
      problems: [
        'Unknown key "backupId". Allowed keys: cluster, reason, requestedBy, force.',
        '"cluster" is missing: it names the cluster to work on.',
        '"force" must be true or false; got "yes".',
      ],
    });
  });
});
