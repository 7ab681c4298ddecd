import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { certificate, errorOf, load, problems, smallest, withSearchEngine } from './fixture.ts';

test('the smallest cluster file gets the documented defaults', () => {
  expect(load().clusters).toEqual({
    prod: {
      name: 'prod',
      zeebe: {
        gateway: { url: 'http://zeebe:9600', basePath: '', timeoutMs: 30_000 },
        brokers: [{ nodeId: 0, endpoint: { url: 'http://zeebe-0:9600', basePath: '', timeoutMs: 30_000 } }],
        verification: 'every-broker',
      },
      searchEngine: {
        url: 'http://elasticsearch:9200',
        basePath: '',
        timeoutMs: 30_000,
        repository: 'camunda',
        recordIndexPrefix: 'zeebe-record',
        operateIndexPrefix: 'operate',
        tasklistIndexPrefix: 'tasklist',
        optimizeIndexPrefix: 'optimize',
      },
    },
  });
});

test('the example file is right', () => {
  const example = readFileSync(new URL('../../../examples/cluster.yaml', import.meta.url), 'utf8');
  const files: Readonly<Record<string, string>> = {
    '/etc/cluster.yaml': example,
    '/etc/elasticsearch-ca.pem': certificate,
    '/run/secrets/s3-secret-access-key': 'from file\n',
    '/run/secrets/catalogue-access-key-id': 'another id\n',
    '/run/secrets/catalogue-secret-access-key': 'another secret\n',
  };
  const env = { CAMUNDA_BACKUP_CLUSTER_FILE: '/etc/cluster.yaml', ES_PASSWORD: 'p', S3_ACCESS_KEY_ID: 'id' };

  const { clusters } = loadConfig(env, (path) => files[path] ?? '');

  expect(clusters['prod']?.zeebe.brokers).toHaveLength(3);
  expect(clusters['prod']?.searchEngine.auth).toEqual({ type: 'basic', username: 'elastic', password: 'p' });
  expect(clusters['prod']?.searchEngine.tls).toEqual({ ca: certificate });
  expect(clusters['prod']?.backupStore).toEqual({
    type: 's3',
    bucket: 'zeebe-backups',
    basePath: '',
    region: 'eu-central-1',
    forcePathStyle: false,
    accessKeyId: 'id',
    secretAccessKey: 'from file',
  });
  expect(clusters['prod']?.catalogue?.store).toEqual({
    type: 's3',
    bucket: 'camunda-backup-catalogue',
    basePath: '',
    region: 'eu-central-1',
    forcePathStyle: false,
    accessKeyId: 'another id',
    secretAccessKey: 'another secret',
  });
});

test('the configuration is frozen to its leaves', () => {
  const config = load();

  expect(() => Object.assign(config.timing, { maxPauseMs: 1 })).toThrow(TypeError);
  expect(() => Object.assign(config.clusters['prod']?.zeebe.gateway ?? {}, { url: '' })).toThrow(TypeError);
});

test('all problems are told at once, each with its line and key', () => {
  const yaml = `clusters:
  prod:
    zeebe:
      gateway: { url: 'zeebe:9600', basePath: zeebe, timeout: 30 }
      brokers:
        - { nodeId: 0, url: 'http://zeebe-0:9600' }
        - { nodeId: 0, url: 'http://zeebe-0:9600/' }
        - { nodeId: '1', url: 'http://zeebe-2:9600/actuator' }
    operate:
    searchEngine:
      url: ftp://elasticsearch:9200
      repostory: camunda
`;

  expect(problems({ yaml, env: { CAMUNDA_BACKUP_MAX_PAUSE: '6 hours', CAMUNDA_BACKUP_MAXPAUSE: '6h' } })).toEqual([
    'CAMUNDA_BACKUP_MAX_PAUSE: "6 hours" is not a duration; write 250ms, 30s, 15m, 6h or 2d',
    '4 clusters.prod.zeebe.gateway.url: "zeebe:9600" must start with http:// or https://',
    '4 clusters.prod.zeebe.gateway.basePath: "zeebe" is not a path; write it as in /zeebe',
    '4 clusters.prod.zeebe.gateway.timeout: must be a duration such as 30s, not the number 30 without a unit',
    '7 clusters.prod.zeebe.brokers[1].nodeId: 0 is already the broker of line 6',
    '7 clusters.prod.zeebe.brokers[1].url: http://zeebe-0:9600 is already the broker of line 6; each broker has its own address',
    '8 clusters.prod.zeebe.brokers[2].nodeId: must be a whole number from 0, not "1"',
    '8 clusters.prod.zeebe.brokers[2].url: has a path; put it in "basePath: /actuator" and leave it out here',
    '9 clusters.prod.operate: is empty; give a value or remove the key',
    '11 clusters.prod.searchEngine.url: "ftp://elasticsearch:9200" must start with http:// or https://',
    '10 clusters.prod.searchEngine.repository: is missing',
    expect.stringMatching(
      /^12 clusters\.prod\.searchEngine\.repostory: is not a known key\. Did you mean "repository"\? Allowed here: url, basePath, timeout, auth, tls, repository, recordIndexPrefix, /,
    ),
    'CAMUNDA_BACKUP_MAXPAUSE: is not a setting of ours. Did you mean "CAMUNDA_BACKUP_MAX_PAUSE"? docs/configuration.md lists them',
  ]);
});

test('the message names file and line of every problem', () => {
  const { message } = errorOf({ yaml: 'clusters:\n  Prod: 1\n' });

  expect(message.split('\n')).toEqual([
    '2 problems in the configuration:',
    expect.stringMatching(/^ {2}\/etc\/camunda-backup\/cluster\.yaml:2 clusters\.Prod: is not a cluster name: /),
    '  /etc/camunda-backup/cluster.yaml:2 clusters.Prod: must be a group of keys, indented below this one',
  ]);
});

test('a key given twice is refused at its second line', () => {
  expect(problems({ yaml: `${smallest}    searchEngine: { url: 'http://other:9200', repository: r }\n` })).toEqual([
    '8 clusters.prod.searchEngine: is given twice in one section; remove one',
  ]);
});

test.each([
  ['broken YAML', 'clusters: [\n', /^\d : is not YAML: /],
  ['a list', '- a\n', /^1 : must be a YAML mapping that begins with "clusters:"/],
  ['nothing', '', /^1 : is empty; begin it with "clusters:"/],
  ['no cluster', 'clusters: {}\n', /^1 clusters: names no cluster/],
])('%s is refused', (_, yaml, expected) => {
  expect(problems({ yaml })).toEqual([expect.stringMatching(expected)]);
});

test('an alias reads what its anchor holds, and a merge key is an unknown key', () => {
  const shared = withSearchEngine('tls: &tls { serverName: es }').replace(
    'verification',
    'x: &e { url: http://e }, verification',
  );

  expect(problems({ yaml: shared })).toEqual([expect.stringContaining('clusters.prod.zeebe.x: is not a known key.')]);
  expect(
    load({ yaml: `${withSearchEngine('tls: &tls { serverName: es }')}\n    operate: { url: https://o, tls: *tls }\n` })
      .clusters['prod']?.operate?.tls,
  ).toEqual({ serverName: 'es' });
});

test('brokers are required unless gateway-only is chosen, and contradict it', () => {
  const zeebe = (rest: string) => `clusters:
  prod:
    zeebe: { gateway: { url: 'http://zeebe:9600' }${rest} }
    searchEngine: { url: 'http://elasticsearch:9200', repository: camunda }
`;

  expect(problems({ yaml: zeebe('') })).toEqual([expect.stringMatching(/^3 clusters\.prod\.zeebe: needs brokers: /)]);
  expect(problems({ yaml: zeebe(', brokers: []') })).toEqual([
    '3 clusters.prod.zeebe.brokers: is an empty list; give every broker',
  ]);
  expect(problems({ yaml: zeebe(", verification: gateway-only, brokers: [{ nodeId: 0, url: 'http://b' }]") })).toEqual([
    "3 clusters.prod.zeebe.verification: contradicts 'brokers': remove one of the two",
  ]);
  expect(load({ yaml: zeebe(', verification: gateway-only') }).clusters['prod']?.zeebe.brokers).toEqual([]);
});

test.each([
  ['the same gateway', { gateway: 'http://zeebe:9600' }, 'Zeebe http://zeebe:9600'],
  ['the same gateway written otherwise', { gateway: 'http://ZEEBE:9600/' }, 'Zeebe http://zeebe:9600'],
  ['a shared broker', { broker: 'http://zeebe-0:9600' }, 'Zeebe http://zeebe-0:9600'],
  ['the same exported records', { search: 'http://elasticsearch:9200' }, 'exported records zeebe-record in http'],
])('two names for one cluster are refused by %s', (_, other, what) => {
  const { gateway, broker, search } = { gateway: 'http://g2', broker: 'http://b2', search: 'http://s2', ...other };
  const second = `  second:
    zeebe:
      gateway: { url: '${gateway}' }
      brokers: [{ nodeId: 0, url: '${broker}' }]
    searchEngine: { url: '${search}', repository: camunda }
`;

  expect(problems({ yaml: smallest + second })).toEqual([
    expect.stringMatching(new RegExp(`^\\d+ clusters\\.second\\..*: ${what}.* already belongs to cluster "prod"`)),
  ]);
});

test('two names for one cluster are refused by the same backup store', () => {
  const store = "    backupStore: { type: s3, bucket: zeebe, endpoint: 'http://s3:9000', basePath: a }\n";
  const second = `  second:
    zeebe:
      gateway: { url: 'http://g2' }
      brokers: [{ nodeId: 0, url: 'http://b2' }]
    searchEngine: { url: 'http://s2', repository: camunda }
`;

  const apart = load({ yaml: smallest + store + second + store.replace('basePath: a', 'basePath: b') });
  expect(Object.keys(apart.clusters)).toEqual(['prod', 'second']);
  expect(problems({ yaml: smallest + store + second + store })).toEqual([
    expect.stringMatching(/clusters\.second\.backupStore: backup store .* zeebe\/a already belongs to cluster "prod"/),
  ]);
});

test('a broker with an embedded gateway may be both', () => {
  const { zeebe } = load({ yaml: smallest.replace('zeebe:9600', 'zeebe-0:9600') }).clusters['prod'] ?? {};

  expect(zeebe?.gateway).toEqual(zeebe?.brokers[0]?.endpoint);
});

test('an index prefix must not be a pattern', () => {
  expect(problems({ yaml: withSearchEngine("recordIndexPrefix: 'zeebe*'") })).toEqual([
    '7 clusters.prod.searchEngine.recordIndexPrefix: "zeebe*" is not allowed: lower-case letters, digits, ".", "_" and "-" only',
  ]);
});

test('a store that only speaks the S3 protocol needs no region', () => {
  const yaml = `${smallest}    backupStore: { type: s3, bucket: zeebe, endpoint: 'http://s3:9000', forcePathStyle: true, basePath: a/ }\n`;

  expect(load({ yaml }).clusters['prod']?.backupStore).toEqual({
    type: 's3',
    bucket: 'zeebe',
    basePath: 'a',
    endpoint: 'http://s3:9000',
    region: 'us-east-1',
    forcePathStyle: true,
  });
});

test('the web applications of 8.8 have one address, and an index prefix of their own', () => {
  const yaml = `${withSearchEngine('webAppsIndexPrefix: acme')}\n    webApps: { url: http://camunda:9600 }\n`;
  const { prod } = load({ yaml }).clusters;

  expect(prod?.webApps?.url).toBe('http://camunda:9600');
  expect(prod?.searchEngine.webAppsIndexPrefix).toBe('acme');
});

test('Operate and Tasklist are either one or two', () => {
  const yaml = smallest.replace(
    '    searchEngine',
    '    webApps: { url: http://camunda:9600 }\n    operate: { url: http://operate:9600 }\n    searchEngine',
  );

  expect(problems({ yaml })).toEqual([
    "7 clusters.prod.webApps: contradicts 'operate': up to 8.7 each has its own section, from 8.8 on they are one",
  ]);
});

test.each([
  [
    'a tab',
    `${smallest}\t\toperate: { url: 'http://operate:9600' }\n`,
    /^8 : .*: a tab stands in front of this line; indent/,
  ],
  [
    'an indent too small',
    `${smallest}   operate: { url: 'http://operate:9600' }\n`,
    /^8 : .*: this line is not indented as/,
  ],
  ['a missing space', `${smallest}    operate: {}\n    tasklist:x\n`, /^9 : .*: a space is missing after the ":"/],
  [
    'an open quote',
    `${smallest}    operate: { url: 'http://o }\n    tasklist:\n`,
    /^8 : .*: the quote ' is opened here and never/,
  ],
  ['a second document', `${smallest}---\nclusters:\n`, /^8 : .*: a second document begins with ---/],
  ['nothing but a comment', '# later\n', /^1 : is empty; begin it with "clusters:"/],
])('%s is told once, at its line, with what to do', (_, yaml, expected) => {
  expect(problems({ yaml })).toEqual([expect.stringMatching(expected)]);
});
