import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readSigningKey, readVerifyKey } from '../../../src/catalogue/keys.ts';

const ed25519 = generateKeyPairSync('ed25519');
const privatePem = ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString();

test('what the private key signs the public key of the same ID verifies, and nothing else', () => {
  const [signing, verify] = [readSigningKey(privatePem), readVerifyKey(publicPem)];
  const signature = signing.sign(Buffer.from('record'));

  expect(verify.id).toBe(signing.id);
  expect(verify.verify(Buffer.from('record'), signature)).toBe(true);
  expect(verify.verify(Buffer.from('rec0rd'), signature)).toBe(false);
  expect(verify.verify(Buffer.from('record'), '')).toBe(false);
});

test('the public half of a private key can verify', () => {
  expect(readVerifyKey(privatePem).id).toBe(readVerifyKey(publicPem).id);
});

test('a key of another kind is refused by its kind', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  expect(() => readSigningKey(pem)).toThrow(
    'is a key of type ec, not an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)',
  );
});

test.each([
  ['a public key where a private one is needed', publicPem],
  ['no PEM', 'hunter2'],
  ['a damaged PEM', privatePem.replace(/[A-Za-z]{3}/, '***')],
])('%s is refused in words that hold nothing of it', (_, pem) => {
  expect(() => readSigningKey(pem)).toThrow(
    /^is not an Ed25519 private key in PEM \(openssl genpkey -algorithm ed25519\)$/,
  );
});
