import type { S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { SentRequest, Transport } from './s3-transport.ts';

/** Where the SDK asked for an object, without the object. */
interface Asked extends Pick<SentRequest, 'protocol' | 'hostname' | 'port'> {
  readonly root: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface QuickGet {
  /** How the SDK itself asked for this object. */
  learn(key: string, request: SentRequest): void;
  /** The object. undefined while the SDK has not asked for any, as it alone knows where the bucket is, and for every other answer. */
  get(key: string, signal: AbortSignal): Promise<Readable | undefined>;
}

/**
 * Asks for objects as the SDK has asked for the first one, signed by the SDK's signer with its credentials. Thousands of small ones take a
 * third of the time that the SDK's own steps take. What is no object, it leaves to the SDK: it adds a way to succeed, and none to fail.
 */
export function createQuickGet({ config }: S3Client, transport: Transport, region: string): QuickGet {
  let asked: Asked | undefined;
  const signing = { signingName: 's3', signingRegion: region, disableDoubleEncoding: true };
  const scheme = { schemeId: 'aws.auth#sigv4', name: 'sigv4', ...signing, properties: {} };

  return {
    learn(key, { protocol, hostname, port, path, headers }) {
      const end = escapedPath(key);
      // A bucket of S3 Express is signed otherwise.
      if (!path.endsWith(end) || 'x-amz-s3session-token' in headers) return;
      const kept = ['host', 'user-agent', 'x-amz-user-agent'].flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [[name, value]];
      });
      const root = path.slice(0, path.length - end.length);
      const at = { protocol, hostname, root, headers: Object.fromEntries(kept) };
      asked = port === undefined ? at : { ...at, port };
    },

    async get(key, signal) {
      if (asked === undefined) return undefined;
      const { root, headers, ...server } = asked;
      const signer = await config.signer(scheme);
      const request = {
        ...server,
        method: 'GET',
        path: `${root}${escapedPath(key)}`,
        query: { 'x-id': 'GetObject' },
        headers: { ...headers },
      };
      const signingDate = new Date(Date.now() + config.systemClockOffset);
      const signed = await signer.sign(request, { signingDate, signingRegion: region, signingService: 's3' });
      const { response } = await transport.handle({ ...request, headers: signed.headers }, { abortSignal: signal });
      if (response.statusCode === 200) return response.body;
      await response.body.dump();
      return undefined;
    },
  };
}

const escapedPath = (key: string): string => key.split('/').map(escaped).join('/');

const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
