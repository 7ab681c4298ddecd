import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.ts';
import { load, problems, smallest } from './fixture.ts';

const secret = 'a-secret-nobody-guesses';
const key = JSON.stringify(
  { type: 'service_account', client_email: 'worker@x', private_key: `-----BEGIN\n${secret}` },
  null,
  2,
);

const withStores = (...lines: readonly string[]): string =>
  `${smallest}${lines.map((line) => `    ${line}\n`).join('')}`;
const given = (yaml: string) => ({
  yaml,
  env: { S: secret, CONNECTION: `AccountName=camunda;AccountKey=${secret}` },
  files: { '/etc/camunda-backup/gcs.json': key, '/etc/camunda-backup/s': secret },
});
const storeOf = (line: string) => load(given(withStores(`backupStore: { ${line} }`))).clusters['prod']?.backupStore;
const problemsOf = (...lines: readonly string[]) => problems(given(withStores(...lines)));

test.each([
  ['type: gcs, bucket: zeebe', { type: 'gcs', bucket: 'zeebe', basePath: '', auth: 'auto' }],
  [
    "type: gcs, bucket: zeebe, basePath: a/b/, host: 'http://gcs:4443', auth: none",
    { type: 'gcs', bucket: 'zeebe', basePath: 'a/b', host: 'http://gcs:4443', auth: 'none' },
  ],
  [
    'type: gcs, bucket: zeebe, credentialsFile: gcs.json',
    {
      type: 'gcs',
      bucket: 'zeebe',
      basePath: '',
      auth: 'auto',
      credentials: { clientEmail: 'worker@x', privateKey: `-----BEGIN\n${secret}` },
    },
  ],
  [
    'type: azure, container: zeebe, accountName: camunda, accountKeyEnv: S',
    { type: 'azure', container: 'zeebe', basePath: '', accountName: 'camunda', accountKey: secret },
  ],
  [
    "type: azure, container: zeebe, endpoint: 'http://azurite:10000/local/', sasTokenFile: s",
    { type: 'azure', container: 'zeebe', basePath: '', endpoint: 'http://azurite:10000/local', sasToken: secret },
  ],
  [
    'type: azure, container: zeebe, connectionStringEnv: CONNECTION',
    { type: 'azure', container: 'zeebe', basePath: '', connectionString: `AccountName=camunda;AccountKey=${secret}` },
  ],
  [
    'type: azure, container: zeebe, accountName: camunda',
    { type: 'azure', container: 'zeebe', basePath: '', accountName: 'camunda' },
  ],
  ['type: filesystem, basePath: /backups/zeebe/', { type: 'filesystem', basePath: '/backups/zeebe' }],
])('a store "%s" is read', (line, expected) => {
  expect(storeOf(line)).toEqual(expected);
});

test.each([
  ['type: ftp', 'type: must be one of s3, gcs, azure, filesystem, not "ftp"'],
  ['bucket: zeebe', 'type: is missing'],
  ['type: gcs', 'bucket: is missing'],
  [
    'type: gcs, bucket: zeebe, region: r',
    'region: is not a known key. Allowed here: type, bucket, basePath, host, auth, credentials',
  ],
  ['type: gcs, bucket: zeebe, auth: maybe', 'auth: must be one of auto, none, not "maybe"'],
  ['type: gcs, bucket: zeebe, credentialsFile: s', 'credentialsFile: must be the JSON key of a service account'],
  ['type: gcs, bucket: zeebe, credentialsFile: gcs.json, auth: none', "credentialsFile: contradicts 'auth: none'"],
  ['type: azure, accountName: camunda', 'container: is missing'],
  ['type: azure, container: zeebe', ': needs accountName, or endpoint, or connectionStringEnv'],
  ['type: azure, container: Zeebe, accountName: camunda', 'container: "Zeebe" is not allowed'],
  [
    'type: azure, container: zeebe, accountName: camunda, basePath: zeebe',
    "basePath: is the container in Zeebe's settings of Azure",
  ],
  ['type: azure, container: zeebe, endpoint: https://x.net, accountKeyEnv: S', ': needs accountName beside accountKey'],
  [
    'type: azure, container: zeebe, accountName: camunda, accountKeyEnv: S, sasTokenEnv: S',
    ': has accountKey and sasToken; give one of them',
  ],
  [
    'type: azure, container: zeebe, accountName: camunda, connectionStringEnv: CONNECTION',
    ': contradicts accountName and endpoint',
  ],
  ['type: azure, container: zeebe, connectionStringEnv: S', 'connectionStringEnv: is no connection string'],
  [`type: azure, container: zeebe, endpoint: 'https://x.net/?sig=${secret}'`, 'endpoint: holds credentials'],
  ['type: azure, container: zeebe, endpoint: x.net', 'endpoint: is not the address of an account'],
  ['type: filesystem, basePath: backups', 'basePath: "backups" is not an absolute path'],
  ['type: filesystem', 'basePath: is missing'],
])('a store "%s" is refused with its line', (line, expected) => {
  const found = problemsOf(`backupStore: { ${line} }`);

  expect(found).toEqual([expect.stringContaining('8 clusters.prod.backupStore')]);
  expect(found[0]).toContain(expected);
  expect(found[0]).not.toContain(secret);
});

test.each(['accountKey', 'sasToken', 'connectionString', 'credentials', 'secretAccessKey'])(
  'a secret that stands in the file as %s is refused and not shown',
  (name) => {
    const type =
      name === 'credentials'
        ? 'gcs, bucket: b-1'
        : name === 'secretAccessKey'
          ? 's3, bucket: b-1, region: r'
          : 'azure, container: zeebe, accountName: camunda';
    const found = problemsOf(`backupStore: { type: ${type}, ${name}: ${secret} }`);

    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).toContain(name);
    expect(found.join()).not.toContain(secret);
  },
);

test('a catalogue has a place of its own, of any type', () => {
  const { clusters } = load(
    given(
      withStores(
        'backupStore: { type: s3, bucket: zeebe, region: r, basePath: prod }',
        'catalogue: { type: azure, container: catalogue, accountName: camunda, basePath: prod/a }',
      ),
    ),
  );

  expect(clusters['prod']?.catalogue).toEqual({
    store: { type: 'azure', container: 'catalogue', basePath: 'prod/a', accountName: 'camunda' },
  });
});

describe('a catalogue where Zeebe lists and deletes is refused', () => {
  const s3 = (basePath: string, more = '') =>
    `type: s3, bucket: zeebe, endpoint: 'http://s3:9000', basePath: ${basePath}${more}`;
  test.each([
    ['in it', s3('prod'), s3('prod')],
    ['below it', s3('prod'), s3('prod/catalogue')],
    ['above it', s3('prod/zeebe'), s3('prod')],
    ['in the same bucket without a base path', "type: s3, bucket: zeebe, endpoint: 'http://s3:9000'", s3('catalogue')],
    [
      'in the container of Azure',
      'type: azure, container: zeebe, accountName: camunda',
      'type: azure, container: zeebe, accountName: camunda, basePath: x',
    ],
    [
      'in the container by another name of the account',
      'type: azure, container: zeebe, accountName: camunda',
      'type: azure, container: zeebe, connectionStringEnv: CONNECTION',
    ],
    ['in the bucket of GCS', 'type: gcs, bucket: zeebe', 'type: gcs, bucket: zeebe, basePath: x'],
    ['in the folder', 'type: filesystem, basePath: /backups', 'type: filesystem, basePath: /backups/./zeebe'],
  ])('%s', (_where, store, catalogue) => {
    expect(problemsOf(`backupStore: { ${store} }`, `catalogue: { ${catalogue} }`)).toEqual([
      expect.stringMatching(
        /^9 clusters\.prod\.catalogue: .* and the backup store of cluster "prod" \(line 8: .*\) lie one in the other/,
      ),
    ]);
  });

  test.each([
    ['a base path that only begins alike', s3('prod'), s3('prod-catalogue')],
    ['another bucket', s3('prod'), "type: s3, bucket: catalogue, endpoint: 'http://s3:9000', basePath: prod"],
    ['another server', s3('prod'), "type: s3, bucket: zeebe, endpoint: 'http://other:9000', basePath: prod"],
    ['another kind of store', s3('prod'), 'type: filesystem, basePath: /prod'],
  ])('and not with %s', (_what, store, catalogue) => {
    expect(
      load(given(withStores(`backupStore: { ${store} }`, `catalogue: { ${catalogue} }`))).clusters['prod'],
    ).toBeDefined();
  });

  test('also where it is the backup store of another cluster, in either order', () => {
    const second = (line: string) => `  second:
    zeebe: { gateway: { url: 'http://g2' }, verification: gateway-only }
    searchEngine: { url: 'http://s2', repository: camunda }
    ${line}
`;
    const store = `backupStore: { ${s3('a')} }`;
    const catalogue = `catalogue: { ${s3('a/b')} }`;

    expect(problems({ yaml: withStores(store) + second(catalogue) })).toEqual([
      expect.stringMatching(/^12 clusters\.second\.catalogue: .*backup store of cluster "prod"/),
    ]);
    expect(problems({ yaml: withStores(catalogue) + second(store) })).toEqual([
      expect.stringMatching(/^12 clusters\.second\.backupStore: .*catalogue of cluster "prod"/),
    ]);
  });
});

test('the described stores show what is in force and no secret', () => {
  const lines = [
    'type: gcs, bucket: zeebe, credentialsFile: gcs.json',
    'type: azure, container: zeebe, accountName: camunda, accountKeyEnv: S',
    'type: azure, container: zeebe, connectionStringEnv: CONNECTION',
    'type: azure, container: zeebe, accountName: camunda, sasTokenEnv: S',
    'type: filesystem, basePath: /backups',
  ];
  const described = lines.map((line) => describeConfig(load(given(withStores(`catalogue: { ${line} }`)))));

  expect(described.map(({ clusters }) => clusters)).toMatchObject([
    { prod: { catalogue: { type: 'gcs', bucket: 'zeebe', auth: 'auto', credentials: '***' } } },
    { prod: { catalogue: { endpoint: 'https://camunda.blob.core.windows.net', credentials: '***' } } },
    { prod: { catalogue: { endpoint: 'https://camunda.blob.core.windows.net', credentials: '***' } } },
    { prod: { catalogue: { container: 'zeebe', credentials: '***' } } },
    { prod: { catalogue: { type: 'filesystem', basePath: '/backups' } } },
  ]);
  expect(JSON.stringify(described)).not.toContain(secret);
});

test('two clusters may share a catalogue', () => {
  const catalogue = 'catalogue: { type: filesystem, basePath: /catalogue }';
  const second = `  second:
    zeebe: { gateway: { url: 'http://g2' }, verification: gateway-only }
    searchEngine: { url: 'http://s2', repository: camunda }
    ${catalogue}
`;

  expect(Object.keys(load({ yaml: withStores(catalogue) + second }).clusters)).toEqual(['prod', 'second']);
});
