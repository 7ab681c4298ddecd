import { createServer } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { expect, onTestFinished, test } from 'vitest';
import { livePlace } from '../../../src/model/live-details.ts';
import { framed } from '../../../src/model/web-ui-frame.ts';
import { createLiveDetailsCodec, type ReadWorkDetails } from '../../../src/worker/live-details.ts';
import { createWorkDetailsReader } from '../../../src/worker/work-details-reader.ts';

const work = { workflowId: 'camunda-cluster/prod', firstRunId: '01a1fdb8-0bc7-757c-8a4b-65e825668ccc' };
const context = { type: 'workflow', namespace: 'default', workflowId: 'backup-prod-1' } as const;
const page = ['### Backup of prod: attempt 1 of 2', '', livePlace(work), '', 'To stop it: **cancel**.'].join('\n');
const metadata = (currentDetails: string) => ({ definition: { type: 'backupCluster', queries: [] }, currentDetails });
const steps = framed(['### Backup of prod', '', '**Exporting is paused** since 03:30:02 UTC.', '', '| $& | Step |']);

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};

const encode = async (payload: Payload, read: ReadWorkDetails, within: object = context): Promise<Payload> => {
  const codec = createLiveDetailsCodec(read);
  const [encoded = {}] = await codec.encode([payload], Object.assign({ ...context }, within));
  return encoded;
};

const never: ReadWorkDetails = () => Promise.reject(new Error('nothing is to be read here'));

test("the answer to the Web UI has the work's page in the live place, without its title, and says of when it is", async () => {
  const asked: unknown[] = [];
  const answer = await encode(payloadOf(metadata(page)), (question) => {
    asked.push(question);
    return Promise.resolve(steps);
  });

  const { definition, currentDetails } = defaultPayloadConverter.fromPayload<ReturnType<typeof metadata>>(answer);
  expect(asked).toEqual([work]);
  expect(definition).toEqual(metadata('').definition);
  expect(currentDetails.replace(/As of \d\d:\d\d:\d\d UTC/, 'As of now')).toBe(
    [
      '### Backup of prod: attempt 1 of 2',
      '',
      '**Exporting is paused** since 03:30:02 UTC.',
      '',
      '| $& | Step |',
      '',
      'As of now.',
      '',
      'To stop it: **cancel**.',
    ].join('\n'),
  );
});

test.each<[string, ReadWorkDetails]>([
  ['could not be read', () => Promise.reject(new Error('DEADLINE_EXCEEDED'))],
  ["is not this Workflow's any more", () => Promise.resolve(undefined)],
])('where the page of the work %s, the answer says that its steps could not be read', async (_, read) => {
  const answer = await encode(payloadOf(metadata(page)), read);

  const { currentDetails } = defaultPayloadConverter.fromPayload<ReturnType<typeof metadata>>(answer);
  expect(currentDetails).toMatch(/^Its steps could not be read at \d\d:\d\d:\d\d UTC: /m);
  expect(currentDetails).not.toContain('DEADLINE_EXCEEDED');
});

test.each<[string, Payload, object?]>([
  ['a page without a live place', payloadOf(metadata('### Backup of prod: COMPLETED'))],
  ['a result with a live place in it', payloadOf({ reason: livePlace(work) })],
  ['a result that looks like metadata', payloadOf({ currentDetails: page })],
  ['text that is cut off', { ...payloadOf({}), data: Buffer.from('{"currentDetails":"[live-details]: <') }],
  ['bytes', payloadOf(new Uint8Array([0, 1, 2]))],
  ['nothing', {}],
  ['metadata of an activity', payloadOf(metadata(page)), { type: 'activity', isLocal: false }],
  ['more than any page has', payloadOf(metadata(page + ' '.repeat(70_000)))],
])('%s passes unchanged, and nothing is read for it', async (_, payload, within) => {
  expect(await encode(payload, never, within)).toBe(payload);
});

test('a Temporal server that hangs keeps the page waiting for less than a workflow task may take', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const connection = Connection.lazy({ address: `127.0.0.1:${address.port}` });
  onTestFinished(() => connection.close());
  const startedMs = Date.now();

  await expect(createWorkDetailsReader(new Client({ connection }))(work)).rejects.toThrow(
    'Failed to describe workflow',
  );

  expect(Date.now() - startedMs).toBeLessThan(5_000);
});
