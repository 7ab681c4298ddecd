import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { TemporalSettings } from './connection-settings.ts';

const patienceMs = 3_000;

/**
 * Looks at the address itself, because gRPC tells of all these only that it could not connect: why Temporal cannot be there, and what to
 * do, as the end of a sentence. Undefined when what answers there may well be Temporal, or when proxies are configured.
 */
export async function whyUnreachable(
  { connectionOptions: { tls, apiKey }, address }: TemporalSettings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (proxies.some((name) => env[name] !== undefined || env[name.toUpperCase()] !== undefined)) return undefined;
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined);
  try {
    const failure = await outcome(socket, 'connect');
    if (failure !== undefined) return refusals[failure] ?? `${failure}. ${start}`;
    // An API key is never sent without TLS.
    if (!tls && !apiKey) return await withoutTls(socket);
    return await withTls(socket, host, typeof tls === 'object' && tls !== null ? tls : {});
  } finally {
    socket.destroy();
  }
}

const proxies = ['grpc_proxy', 'https_proxy', 'http_proxy'];
const start = 'Start it, or correct TEMPORAL_ADDRESS';

const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: `nothing listens there (connection refused). ${start}`,
  ENOTFOUND: 'no such host is known. Correct TEMPORAL_ADDRESS',
  EAI_AGAIN: 'the name of the host cannot be looked up. Correct TEMPORAL_ADDRESS, or look at the name service',
  SILENT: `no connection within ${patienceMs / 1_000} s: a firewall, or another host. Correct TEMPORAL_ADDRESS, or open the network to it`,
};

/** Undefined when it came; the error's code, or SILENT. */
function outcome(socket: Socket, event: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('SILENT'), patienceMs);
    const end = (how: string | undefined): void => {
      clearTimeout(timer);
      resolve(how);
    };
    socket.once(event, () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => end(codeOf(error)));
    socket.once('close', () => end('CLOSED'));
  });
}

/** A host with several addresses fails with one error for each. */
function codeOf(error: NodeJS.ErrnoException): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.code ?? (first instanceof Error && 'code' in first ? String(first.code) : error.message);
}

const wantsTls =
  'it wants TLS. Set TEMPORAL_TLS=true, or TEMPORAL_TLS_SERVER_CA_CERT_PATH where its authority is your own';

/** Says what a client of HTTP/2 says first, and looks at what comes back. */
async function withoutTls(socket: Socket): Promise<string | undefined> {
  const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings]));
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  const failure = await Promise.race([outcome(socket, 'data'), answer.then(() => undefined)]);
  if (failure === 'CLOSED' || failure === 'ECONNRESET') return `it closes the connection: perhaps ${wantsTls}`;
  if (failure !== undefined) return 'something listens there and does not speak gRPC. Correct TEMPORAL_ADDRESS';
  const bytes = await answer;
  if (bytes.subarray(0, 5).toString('latin1') === 'HTTP/') {
    return 'a web server answers there, no gRPC: perhaps the Web UI. Give the port of the frontend in TEMPORAL_ADDRESS, 7233 as a rule';
  }
  // A TLS alert.
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return wantsTls;
  return undefined;
}

type Tls = Exclude<NonNullable<TemporalSettings['connectionOptions']['tls']>, boolean>;

async function withTls(socket: Socket, host: string, tls: Tls): Promise<string | undefined> {
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls;
  const name = serverNameOverride ?? host;
  const options: ConnectionOptions = {
    socket,
    ALPNProtocols: ['h2'],
    // TLS knows no IP address as a server's name.
    ...(/^[\d.]+$|:/.test(name) ? { host: name } : { servername: name }),
    ...(serverRootCACertificate === undefined ? {} : { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair === undefined
      ? {}
      : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
  let secure: Socket;
  try {
    secure = connectTls(options);
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. Correct TEMPORAL_TLS_*`;
  }
  secure.on('error', () => undefined);
  const failure = await outcome(secure, 'secureConnect');
  // With TLS 1.3 a server refuses a client's certificate only after the handshake.
  const refused = failure ?? (await outcome(secure, 'data'));
  secure.destroy();
  if (refused === undefined || refused === 'SILENT') return undefined;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|RECORD/.test(refused)) {
    return 'it speaks no TLS. Leave TEMPORAL_TLS* and TEMPORAL_API_KEY out, which turns TLS on, or correct TEMPORAL_ADDRESS';
  }
  if (/ALTNAME/.test(refused)) return 'its certificate is for another name. Correct TEMPORAL_TLS_SERVER_NAME';
  if (/ALERT|ECONNRESET|CLOSED/.test(refused)) {
    return `it refuses our TLS (${refused}). Correct TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH`;
  }
  return `its certificate is not trusted (${refused}). Correct TEMPORAL_TLS_SERVER_CA_CERT_PATH`;
}
