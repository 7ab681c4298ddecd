import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.ts';
import { load, problems, smallest } from './fixture.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ofOtherKind = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const given = (keys: string) => ({
  yaml: `${smallest}    catalogue: { type: filesystem, basePath: /catalogue, ${keys} }\n`,
  files: {
    '/etc/camunda-backup/sign.pem': privatePem,
    '/etc/camunda-backup/verify.pem': publicPem,
    '/etc/camunda-backup/ec.pem': ofOtherKind.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
});

test('records are signed with one key and verified with several', () => {
  const { catalogue } =
    load(given('signingKeyFile: sign.pem, verifyKeyFiles: [verify.pem, sign.pem]')).clusters['prod'] ?? {};
  const record = Buffer.from('record');

  const signature = catalogue?.signingKey?.sign(record) ?? '';

  expect(catalogue?.verifyKeys?.map((key) => key.verify(record, signature))).toEqual([true, true]);
});

test('what is in force shows which keys, and nothing of a private one', () => {
  const described = describeConfig(load(given('signingKeyFile: sign.pem, verifyKeyFiles: [verify.pem]')));

  const id = expect.stringMatching(/^[0-9a-f]{16}$/);
  expect(described.clusters).toMatchObject({ prod: { catalogue: { signedWith: id, verifiedWith: [id] } } });
  expect(JSON.stringify(described)).not.toContain('PRIVATE');
});

test.each([
  ['signingKeyFile: verify.pem', /catalogue\.signingKeyFile: file verify\.pem is not an Ed25519 private key in PEM/],
  ['signingKeyFile: ec.pem', /catalogue\.signingKeyFile: file ec\.pem is a key of type ec, not an Ed25519 private key/],
  ['signingKeyFile: none.pem', /catalogue\.signingKeyFile: file none\.pem does not exist/],
  ['verifyKeyFiles: [verify.pem, none.pem]', /catalogue\.verifyKeyFiles\[1\]: file none\.pem does not exist/],
  ['verifyKeyFiles: [{ file: verify.pem }]', /catalogue\.verifyKeyFiles\[0\]: /],
  ['verifyKeyFiles: verify.pem', /catalogue\.verifyKeyFiles: must be a list of values, each behind a "-"/],
  ['verifyKeyFiles: []', /catalogue\.verifyKeyFiles: must be a list of values, each behind a "-"/],
])('%s is refused, by its place and its name', (keys, says) => {
  expect(problems(given(keys))).toEqual([expect.stringMatching(says)]);
});
