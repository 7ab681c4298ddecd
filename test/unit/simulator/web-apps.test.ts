import { expect, test } from 'vitest';
import { z } from 'zod';
import { caller, running, sequence, shape, type Caller } from './support.ts';

const backups = '/actuator/backups';
const state = z.object({ state: z.string() });
const scheduled = z.object({ scheduledSnapshots: z.array(z.string()) });
const stateOf = async (app: Caller, id: number): Promise<string> =>
  state.parse((await app('GET', `${backups}/${id}`)).body).state;

test.each(['operate', 'tasklist'] as const)('%s backs itself up in six parts, one after another', async (name) => {
  await using s = await running();
  const app = s[name];
  const seen = sequence(s.simulator.cluster, (cluster) => cluster[name].backups[0]?.state ?? 'absent', 'COMPLETED');

  const { status, body } = await app('POST', backups, { backupId: 17 });
  expect(status).toBe(200);
  expect(scheduled.parse(body).scheduledSnapshots).toEqual(
    [1, 2, 3, 4, 5, 6].map((part) => `camunda_${name}_17_8.6.0_part_${part}_of_6`),
  );

  expect(await seen).toEqual([
    'absent',
    ...Array(5).fill(['IN_PROGRESS', 'INCOMPLETE']).flat(),
    'IN_PROGRESS',
    'COMPLETED',
  ]);
  expect(await stateOf(app, 17)).toBe('COMPLETED');
  const parts = s.simulator.cluster.snapshots;
  expect(parts.map((part) => part.metadata)).toEqual(
    [1, 2, 3, 4, 5, 6].map((partNo) => ({ backupId: 17, version: '8.6.0', partNo, partCount: 6 })),
  );
  expect(parts.map(({ indices }) => indices.length)).toEqual(
    name === 'operate' ? [1, 1, 0, 12, 0, 7] : [1, 2, 0, 5, 0, 6],
  );
  expect(parts.every((part, at) => at === 0 || part.startedAt >= (parts[at - 1]?.endedAt ?? Infinity))).toBe(true);
});

test('a backup has the recorded form, and the list names the newest first', async () => {
  await using s = await running();
  await s.operate('POST', backups, { backupId: 7 });
  await completed(s, 'operate', 7);

  const { body } = await s.operate('GET', `${backups}/7`);
  expect(shape(body)).toEqual({
    backupId: 'number',
    state: 'string',
    failureReason: 'null',
    details: [{ snapshotName: 'string', state: 'string', startTime: 'string', failures: [] }],
  });

  expect((await s.operate('POST', backups, { backupId: 3 })).status).toBe(200);
  await completed(s, 'operate', 3);
  expect((await s.operate('GET', backups)).body).toMatchObject([{ backupId: 3 }, { backupId: 7 }]);
});

test.each([
  ['operate', { status: 'number', message: 'string', instance: 'string', type: 'string' }],
  ['tasklist', { status: 'number', message: 'string', instance: 'string' }],
] as const)('%s rejects a used ID and a second backup with 400', async (name, form) => {
  await using s = await running({ partDurationMs: 60_000 });
  await s[name]('POST', backups, { backupId: 17 });

  const used = await s[name]('POST', backups, { backupId: 17 });
  const second = await s[name]('POST', backups, { backupId: 18 });

  expect(used).toMatchObject({
    status: 400,
    body: {
      message: expect.stringMatching(
        /^A backup with ID \[17\] already exists\. Found snapshots: \[camunda_.*\/.{22}\]$/,
      ),
    },
  });
  expect(second).toMatchObject({ status: 400, body: { message: 'Another backup is running at the moment' } });
  expect([shape(used.body), shape(second.body)]).toEqual([form, form]);
});

test('an unknown ID is 400 for Operate and a bare 500 for Tasklist', async () => {
  await using s = await running();

  expect(await s.operate('GET', `${backups}/42`)).toMatchObject({
    status: 400,
    body: { status: 400, message: 'Index 0 out of bounds for length 0', type: 'Invalid request' },
  });
  expect(await s.tasklist('GET', `${backups}/42`)).toMatchObject({
    status: 500,
    body: { status: 500, error: 'Internal Server Error', path: `${backups}/42` },
  });
  expect((await s.operate('DELETE', `${backups}/42`)).status).toBe(204);
  expect((await s.operate('GET', '/actuator/backupHistory')).status).toBe(404);
});

test.each([
  ['operate', 'POST', '', { backupId: -1 }, 400, 'BackupId must be a non-negative Integer. Received value: -1'],
  ['tasklist', 'POST', '', { backupId: -1 }, 400, 'BackupId must be a non-negative Long. Received value: -1'],
  ['operate', 'POST', '', {}, 400, 'BackupId must be provided'],
  ['tasklist', 'POST', '', {}, 400, 'BackupId must be provided'],
  ['operate', 'POST', '', { backupId: 'abc' }, 400, 'from String "abc": not a valid `java.lang.Long` value'],
  ['tasklist', 'POST', '', { backupId: 'abc' }, 400, undefined],
  ['operate', 'POST', '', undefined, 400, 'Required request body is missing'],
  ['tasklist', 'POST', '', undefined, 400, undefined],
  ['operate', 'GET', '/17*', undefined, 400, 'For input string: "17*"'],
  ['tasklist', 'GET', '/abc', undefined, 400, undefined],
] as const)('%s answers %s %s with %j by %i', async (name, method, path, request, status, message) => {
  await using s = await running();
  const answer = await s[name](method, backups + path, request);
  const told = { message: expect.stringContaining(message ?? '') };
  const body = message === undefined ? { error: 'Bad Request', path: backups + path } : told;
  expect(answer).toMatchObject({ status, body });
});

test('a missing repository is 400 for Operate and 500 for Tasklist, with the same text', async () => {
  await using s = await running();
  s.simulator.cluster.searchEngine.removeRepository('camunda');
  const body = { message: 'No repository with name [camunda] could be found.' };

  for (const [method, path, request] of [
    ['GET', '', undefined],
    ['GET', '/5', undefined],
    ['POST', '', { backupId: 5 }],
  ] as const) {
    expect(await s.operate(method, backups + path, request)).toMatchObject({ status: 400, body });
    expect(await s.tasklist(method, backups + path, request)).toMatchObject({ status: 500, body });
  }
});

test('right after a delete the backup can still be read', async () => {
  await using s = await running({ deleteDelayMs: 60_000 });
  await s.operate('POST', backups, { backupId: 7 });
  await completed(s, 'operate', 7);

  expect((await s.operate('DELETE', `${backups}/7`)).status).toBe(204);
  expect(await stateOf(s.operate, 7)).toBe('COMPLETED');
});

test('a delete ends after its answer, and the ID can be used again', async () => {
  await using s = await running();
  await s.operate('POST', backups, { backupId: 7 });
  await completed(s, 'operate', 7);

  await s.operate('DELETE', `${backups}/7`);
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.length === 0);

  expect((await s.operate('GET', `${backups}/7`)).status).toBe(400);
  expect((await s.operate('POST', backups, { backupId: 7 })).status).toBe(200);
});

test('an application that restarts in the middle of a backup never goes on with it', async () => {
  await using s = await running();
  await s.operate('POST', backups, { backupId: 7 });
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.length === 3);

  await s.simulator.cluster.operate.restart();
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.every((part) => part.state === 'SUCCESS'));

  expect(await stateOf(s.operate, 7)).toBe('INCOMPLETE');
  expect((await s.operate('POST', backups, { backupId: 7 })).body).toMatchObject({
    message: expect.stringContaining('already exists'),
  });
  await s.operate('POST', backups, { backupId: 8 });
  await completed(s, 'operate', 8);
  expect(await stateOf(s.operate, 7)).toBe('INCOMPLETE');
});

test.each(['PARTIAL', 'FAILED'] as const)(
  'a part that ends %s makes the backup FAILED and is the last',
  async (ends) => {
    await using s = await running();
    s.simulator.cluster.searchEngine.nextSnapshot({ name: /tasklist.*_part_2_of_6$/, ends });

    await s.tasklist('POST', backups, { backupId: 7 });
    await s.simulator.cluster.awaitState(({ tasklist }) => tasklist.backups[0]?.state === 'FAILED');

    expect((await s.tasklist('GET', `${backups}/7`)).body).toMatchObject({
      state: 'FAILED',
      details: [{ state: 'SUCCESS' }, { state: ends }],
    });
  },
);

test('Optimize, where there is one, backs itself up in two parts', async () => {
  await using s = await running({ optimize: true });
  const optimize = caller(s.simulator.urls.optimize ?? '');

  expect((await optimize('POST', backups, { backupId: 7 })).status).toBe(202);
  await s.simulator.cluster.awaitState((cluster) => cluster.optimize?.backups[0]?.state === 'COMPLETED');

  expect(s.simulator.cluster.snapshots.map(({ name }) => name)).toEqual([
    'camunda_optimize_7_8.6.0_part_1_of_2',
    'camunda_optimize_7_8.6.0_part_2_of_2',
  ]);
  expect((await optimize('POST', backups, { backupId: 7 })).status).toBe(409);
  expect((await optimize('GET', `${backups}/8`)).status).toBe(404);
});

function completed(
  s: Awaited<ReturnType<typeof running>>,
  app: 'operate' | 'tasklist',
  backupId: number,
): Promise<void> {
  return s.simulator.cluster.awaitState((cluster) =>
    cluster[app].backups.some((backup) => backup.backupId === backupId && backup.state === 'COMPLETED'),
  );
}
