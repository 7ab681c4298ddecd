import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/stores/open-store.ts';
import { toArray } from '../../support/object-store-contract.ts';

const emptyList = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

/** What a server of S3's protocol gets to see. */
async function setup(answer: 'silence' | 'begun' | 'list') {
  const server = createServer((_request, response) => {
    if (answer === 'begun') response.writeHead(200, { 'content-length': 1_000_000 }).write('the beginning');
    if (answer === 'list') response.writeHead(200, { 'content-type': 'application/xml' }).end(emptyList);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const store = openStore({
    type: 's3',
    bucket: 'zeebe',
    basePath: '',
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${address.port}`,
    forcePathStyle: true,
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  });
  onTestFinished(() => {
    store.close();
    server.closeAllConnections();
    server.close();
  });
  const seen = async (): Promise<IncomingMessage> => {
    const [request]: IncomingMessage[] = await once(server, 'request');
    if (request === undefined) throw new Error('no request came');
    return request;
  };
  return { store, seen };
}

test.each(['silence', 'begun'] as const)('an aborted read lets go of its connection (%s)', async (answer) => {
  const { store, seen } = await setup(answer);
  const controller = new AbortController();
  const asked = seen();

  const reading = store.read('a', controller.signal).catch(() => 'aborted');
  const { socket } = await asked;
  controller.abort(new Error('cancelled'));

  await new Promise((resolve) => socket.once('close', resolve));
  expect(await reading).toBe('aborted');
});

test('a read that is not aborted goes on while another one is', async () => {
  const { store, seen } = await setup('silence');
  const controller = new AbortController();
  const first = seen();
  const other = store.read('other').catch(() => 'failed');
  const { socket } = await first;
  const second = seen();
  const aborted = store.read('a', controller.signal).catch(() => 'aborted');
  await second;

  controller.abort(new Error('cancelled'));

  expect(await aborted).toBe('aborted');
  expect(socket.destroyed).toBe(false);
  store.close();
  expect(await other).toBe('failed');
});

test('every sign of a prefix goes over the wire as it was signed', async () => {
  const { store, seen } = await setup('list');
  const asked = seen();

  await toArray(store.list("1/!'()* &+%ä/"));

  const { url = '' } = await asked;
  expect(url).toContain('prefix=1%2F%21%27%28%29%2A%20%26%2B%25%C3%A4%2F');
});
