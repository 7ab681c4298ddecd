import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Signs with Ed25519. */
export interface SigningKey {
  readonly id: string;
  sign(bytes: Uint8Array): string;
}

/** Verifies what a SigningKey with the same ID signed. */
export interface VerifyKey {
  readonly id: string;
  verify(bytes: Uint8Array, signature: string): boolean;
}

/** Throws an Error in words, without the key, for what is no Ed25519 private key in PEM. */
export function readSigningKey(pem: string): SigningKey {
  const key = parsed(() => createPrivateKey(pem), 'an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)');
  return {
    id: keyId(createPublicKey(key)),
    sign: (bytes) => sign(null, bytes, key).toString('base64'),
  };
}

/** Throws an Error in words for what is no Ed25519 public key in PEM; of a private key it takes the public half. */
export function readVerifyKey(pem: string): VerifyKey {
  const key = parsed(() => createPublicKey(pem), 'an Ed25519 public key in PEM (openssl pkey -pubout)');
  return {
    id: keyId(key),
    verify: (bytes, signature) => verify(null, bytes, key, Buffer.from(signature, 'base64')),
  };
}

/** The beginning of the SHA-256 of the public key in DER: tells keys apart, proves nothing. */
const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

// What OpenSSL says of a bad key can hold a piece of it.
function parsed(read: () => KeyObject, expected: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new Error(`is not ${expected}`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`is a key of type ${key.asymmetricKeyType ?? key.type}, not ${expected}`);
}
