import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.ts';
import { certificate, errorOf, load, problems, smallest, withSearchEngine } from './fixture.ts';

const secret = 'hunter2-pas5word';
const searchEngine = (...lines: readonly string[]) => withSearchEngine(...lines);
const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

test.each([
  ['basic', 'auth: { type: basic, username: u, passwordEnv: S }', { type: 'basic', username: 'u', password: secret }],
  ['bearer', 'auth: { type: bearer, tokenEnv: S }', { type: 'bearer', token: secret }],
  ['apiKey', 'auth: { type: apiKey, keyEnv: S }', { type: 'apiKey', key: secret }],
  [
    'basic by file',
    'auth: { type: basic, username: u, passwordFile: pw }',
    { type: 'basic', username: 'u', password: secret },
  ],
  ['bearer by file', 'auth: { type: bearer, tokenFile: pw }', { type: 'bearer', token: secret }],
  ['apiKey by file', 'auth: { type: apiKey, keyFile: pw }', { type: 'apiKey', key: secret }],
])('%s authentication takes its secret from outside the file', (_, line, expected) => {
  const given = { yaml: searchEngine(line), env: { S: secret }, files: { '/etc/camunda-backup/pw': `${secret}\n` } };

  expect(load(given).clusters['prod']?.searchEngine.auth).toEqual(expected);
});

test.each([
  [`auth: { type: basic, username: u, password: ${secret} }`, 'auth.password', 'passwordEnv, passwordFile'],
  [`auth: { type: bearer, token: ${secret} }`, 'auth.token', 'tokenEnv, tokenFile'],
  [`auth: { type: apiKey, key: ${secret} }`, 'auth.key', 'keyEnv, keyFile'],
  [`tls: { key: ${secret} }`, 'tls.key', 'caFile, certFile, keyFile'],
])('a literal secret in %s is refused and not echoed', (line, path, instead) => {
  const given = { yaml: searchEngine(line) };

  expect(problems(given)).toEqual([
    `7 clusters.prod.searchEngine.${path}: a secret must not stand in this file; name an environment variable or a file instead: ${instead}`,
  ]);
  expect(errorOf(given).message).not.toContain(secret);
});

test.each([
  ['a URL with credentials', searchEngine().replace('//elastic', `//u:${secret}@elastic`), 'holds credentials'],
  ['a URL that is none', searchEngine().replace('https://elastic', `u:${secret}@elastic`), 'must start with http'],
  [
    'a secret where a variable is named',
    searchEngine(`auth: { type: bearer, tokenEnv: ${secret} }`),
    'named here is not set',
  ],
  ['a secret at the wrong place', searchEngine(`password: ${secret}`), 'a secret must not stand in this file'],
  [
    'a secret beside a wrong type',
    searchEngine(`auth: { type: ldap, password: ${secret} }`),
    'a secret must not stand',
  ],
  ['a secret in broken YAML', searchEngine(`auth: { token: "${secret}" "x`), 'is not YAML'],
])('%s is refused and not echoed', (_, yaml, expected) => {
  const { message } = errorOf({ yaml });

  expect(message).toContain(expected);
  expect(message).not.toContain(secret);
});

test.each([
  ['passwordEnv: ES_PASSWORD', 'auth.passwordEnv: environment variable ES_PASSWORD is not set'],
  ['passwordEnv: EMPTY', 'auth.passwordEnv: environment variable EMPTY is empty'],
  ['passwordFile: missing', 'auth.passwordFile: file missing does not exist'],
  ['passwordFile: empty', 'auth.passwordFile: file empty is empty'],
  ['passwordFile: two-lines', 'auth.passwordFile: file two-lines has more than one line'],
  ['username: x', 'auth: needs passwordEnv (name of an environment variable) or passwordFile (path of a file)'],
  ['passwordEnv: S, passwordFile: pw', 'auth.passwordFile: give passwordEnv or passwordFile, not both'],
])('a basic auth with "%s" is refused at its line', (line, expected) => {
  const username = line.startsWith('username') ? '' : 'username: u, ';
  const folder = '/etc/camunda-backup';

  expect(
    problems({
      yaml: searchEngine(`auth: { type: basic, ${username}${line} }`),
      env: { EMPTY: '', S: secret },
      files: { [`${folder}/empty`]: '\n', [`${folder}/two-lines`]: 'a\nb\n', [`${folder}/pw`]: secret },
    }),
  ).toEqual([`7 clusters.prod.searchEngine.${expected}`]);
});

test('a secret may be in a variable with our own prefix', () => {
  const yaml = searchEngine('auth: { type: bearer, tokenEnv: CAMUNDA_BACKUP_ES_TOKEN }');
  const env = { CAMUNDA_BACKUP_ES_TOKEN: secret };

  expect(load({ yaml, env }).clusters['prod']?.searchEngine.auth).toEqual({ type: 'bearer', token: secret });
  expect(problems({ env })).toEqual([expect.stringMatching(/^CAMUNDA_BACKUP_ES_TOKEN: is not a setting of ours/)]);
});

test('TLS takes CA, client certificate and key from files beside the cluster file', () => {
  const files = { '/etc/camunda-backup/c.pem': certificate, '/etc/camunda-backup/k.pem': key };
  const yaml = searchEngine('tls: { caFile: c.pem, certFile: c.pem, keyFile: k.pem, serverName: es.internal }');

  expect(load({ yaml, files }).clusters['prod']?.searchEngine.tls).toEqual({
    ca: certificate,
    cert: certificate,
    key,
    serverName: 'es.internal',
  });
});

test.each([
  ['caFile: k.pem', 'tls.caFile: file k.pem holds no PEM certificate'],
  ['certFile: c.pem', 'tls: a client certificate needs both certFile and keyFile'],
  [
    'certFile: c.pem, keyFile: c.pem',
    'tls.keyFile: file c.pem holds no PEM private key that can be read without a passphrase',
  ],
  ['insecureSkipVerify: yes', 'tls.insecureSkipVerify: must be true or false, not "yes"'],
])('TLS with "%s" is refused', (line, expected) => {
  const files = { '/etc/camunda-backup/c.pem': certificate, '/etc/camunda-backup/k.pem': key };

  expect(problems({ yaml: searchEngine(`tls: { ${line} }`), files })).toEqual([
    `7 clusters.prod.searchEngine.${expected}`,
  ]);
});

test('TLS for a plain http URL is refused', () => {
  expect(problems({ yaml: searchEngine('tls: { serverName: es }').replace('https:', 'http:') })).toEqual([
    '7 clusters.prod.searchEngine.tls: is given, but the url is plain http',
  ]);
});

test('an access key of the store needs its secret half', () => {
  const store = (keys: string) => `${smallest}    backupStore: { type: s3, bucket: b-1, region: r, ${keys} }\n`;

  expect(problems({ yaml: store('accessKeyIdEnv: S'), env: { S: 'id' } })).toEqual([
    expect.stringMatching(/^8 clusters\.prod\.backupStore: needs secretAccessKeyEnv /),
  ]);
  expect(errorOf({ yaml: store(`secretAccessKey: ${secret}`) }).message).not.toContain(secret);
});

test('the described configuration shows what is in force and no secret', () => {
  const yaml = `${searchEngine(
    'auth: { type: basic, username: elastic, passwordEnv: S }',
    'tls: { caFile: c.pem, certFile: c.pem, keyFile: k.pem }',
  )}
    operate: { url: https://operate, basePath: /operate, auth: { type: bearer, tokenEnv: S } }
    tasklist: { url: https://tasklist, auth: { type: apiKey, keyEnv: S } }
    backupStore: { type: s3, bucket: b-1, region: r, accessKeyIdEnv: S, secretAccessKeyEnv: S }
`;
  const files = { '/etc/camunda-backup/c.pem': certificate, '/etc/camunda-backup/k.pem': key };
  const described = describeConfig(load({ yaml, files, env: { S: secret } }));

  expect(described).toMatchObject({
    taskQueue: 'camunda-backup',
    timing: { maxPause: '6h', pollMin: '300ms', unknownPauseGrace: '6h' },
    worker: { shutdownGrace: '25s', logLevel: 'info' },
    clusters: {
      prod: {
        zeebe: { gateway: { url: 'http://zeebe:9600', timeout: '30s' }, verification: 'gateway-only' },
        operate: { url: 'https://operate/operate', auth: { type: 'bearer', secret: '***' } },
        searchEngine: { auth: { username: 'elastic', password: '***' }, tls: { ca: 'own', cert: 'given', key: '***' } },
        backupStore: { bucket: 'b-1', credentials: '***' },
      },
    },
  });
  const text = JSON.stringify(described);
  expect(text).not.toContain(secret);
  expect(text).not.toContain('BEGIN');
});
