import { describe, expect, test } from 'vitest';
import { loadZeebe, type ZeebeConfig } from '../../../src/config/load-zeebe.ts';
import { ConfigError, describeProblem } from '../../../src/config/problems.ts';
import { clusterFile } from './fixture.ts';

const basic = (variable: string): string => `auth: { type: basic, username: operator, passwordEnv: ${variable} }`;

const file = `clusters:
  prod:
    zeebe:
      gateway: { url: 'http://zeebe:9600', ${basic('ZEEBE_PASSWORD')} }
      brokers: [{ nodeId: 0, url: 'http://zeebe-0:9600', ${basic('ZEEBE_PASSWORD')} }]
    searchEngine: { url: 'https://elasticsearch:9200', repository: camunda, ${basic('SEARCH_PASSWORD')} }
    backupStore: { type: s3, bucket: zeebe, accessKeyIdEnv: S3_KEY, secretAccessKeyEnv: S3_SECRET }
  test:
    zeebe:
      gateway: { url: 'http://zeebe-test:9600', ${basic('TEST_PASSWORD')} }
      brokers: [{ nodeId: 0, url: 'http://zeebe-test-0:9600' }]
    searchEngine: { url: 'http://elasticsearch-test:9200', repository: camunda }
`;

const load = (yaml: string, env: Readonly<Record<string, string>> = {}): ZeebeConfig =>
  loadZeebe({ CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile, ZEEBE_PASSWORD: 'p', ...env }, (path) => {
    if (path === clusterFile) return yaml;
    throw new Error(`${path} is not there`);
  });

test('of a cluster only the section zeebe is read: no secret of anything else is needed', () => {
  const { clusters, ignored } = load(file, { TEST_PASSWORD: 't' });

  expect(clusters['prod']?.zeebe).toMatchObject({
    gateway: { url: 'http://zeebe:9600', auth: { type: 'basic', username: 'operator', password: 'p' } },
    brokers: [{ nodeId: 0, endpoint: { url: 'http://zeebe-0:9600' } }],
    verification: 'every-broker',
  });
  expect(ignored).toEqual([]);
});

test('a cluster whose own section is wrong is told by itself, with its line, and the others can be used', () => {
  const { clusters, unusable, ignored } = load(file.replace('zeebe-test-0:9600', 'zeebe-test-0:9600/zeebe'), {
    TEST_PASSWORD: 't',
  });

  expect(Object.keys(clusters)).toEqual(['prod']);
  expect(unusable['test']?.map(describeProblem)).toEqual([
    `${clusterFile}:11 clusters.test.zeebe.brokers[0].url: has a path; put it in "basePath: /zeebe" and leave it out here`,
  ]);
  expect(ignored).toEqual([]);
});

test('a cluster is used where one of its addresses lacks a secret, and not where all of them do', () => {
  const missing = 'environment variable TEST_PASSWORD is not set';
  const locked = file.replace(
    "url: 'http://zeebe-test-0:9600'",
    `url: 'http://zeebe-test-0:9600', ${basic('TEST_PASSWORD')}`,
  );

  const one = load(file);
  const all = load(locked);

  expect(one.clusters['test']?.zeebe.gateway).not.toHaveProperty('auth');
  expect(one.ignored.map(describeProblem)).toEqual([
    `${clusterFile}:10 clusters.test.zeebe.gateway.auth.passwordEnv: ${missing}`,
  ]);
  expect(Object.keys(all.clusters)).toEqual(['prod']);
  expect(all.unusable['test']?.map(({ message }) => message)).toEqual([missing, missing]);
});

describe('hinders nothing, and is told', () => {
  test.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['a key that does not exist', `${file}cluster: {}\n`, {}, 'cluster: is not a known key'],
    ['a setting out of range', file, { CAMUNDA_BACKUP_POLL_MIN: 'soon' }, 'CAMUNDA_BACKUP_POLL_MIN: '],
    [
      'a password in plain text beside the section',
      file.replace('    searchEngine', '    password: hunter2\n    searchEngine'),
      {},
      'clusters.prod.password: a secret must not stand in this file',
    ],
  ])('%s', (_, yaml, env, problem) => {
    const { clusters, timing, ignored } = load(yaml, { TEST_PASSWORD: 't', ...env });

    expect(Object.keys(clusters)).toEqual(['prod', 'test']);
    expect(timing).toEqual({ pauseCallTimeoutMs: 20_000, pollMinMs: 300, pollMaxMs: expect.any(Number) });
    expect(ignored).toHaveLength(1);
    expect(ignored.map(describeProblem)[0]).toContain(problem);
    expect(JSON.stringify(ignored)).not.toContain('hunter2');
  });
});

test('a key given twice makes a cluster unusable where it may be the wrong one, and nowhere else', () => {
  const twice = `${file}  prod:\n    zeebe: { gateway: { url: 'http://other:9600' }, verification: gateway-only }\n`;
  const elsewhere = file.replace('repository: camunda, ', 'repository: camunda, repository: other, ');

  expect(Object.keys(load(twice, { TEST_PASSWORD: 't' }).clusters)).toEqual(['test']);
  expect(load(twice, { TEST_PASSWORD: 't' }).unusable['prod']?.map(describeProblem)).toEqual([
    `${clusterFile}:13 clusters.prod: is given twice in one section; remove one`,
  ]);
  expect(Object.keys(load(elsewhere, { TEST_PASSWORD: 't' }).clusters)).toEqual(['prod', 'test']);
});

test('two names for one cluster hinder nobody who talks to it', () => {
  const { clusters, unusable } = load(file.replaceAll('zeebe-test', 'zeebe'), { TEST_PASSWORD: 't' });

  expect([Object.keys(clusters), unusable]).toEqual([['prod', 'test'], {}]);
});

test('a setting that nothing here uses may be wrong', () => {
  expect(load(file, { TEST_PASSWORD: 't', CAMUNDA_BACKUP_MAX_PAUSE: 'long' }).ignored).toEqual([]);
});

test.each([
  ['no cluster file', {}, file, 'CAMUNDA_BACKUP_CLUSTER_FILE: is not set'],
  ['one that is not there', { CAMUNDA_BACKUP_CLUSTER_FILE: '/nowhere.yaml' }, file, 'cannot read /nowhere.yaml'],
  ['one that is no YAML', {}, 'clusters: [', 'is not YAML'],
  ['one without clusters', {}, 'cluster: {}', 'clusters: is missing'],
])('%s is a problem of the configuration', (what, env, yaml, problem) => {
  const all = what === 'no cluster file' ? { CAMUNDA_BACKUP_CLUSTER_FILE: '' } : env;

  expect(() => load(yaml, all)).toThrow(ConfigError);
  expect(() => load(yaml, all)).toThrow(problem);
});
