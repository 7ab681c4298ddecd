import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Context } from '@temporalio/activity';
import { LogTimestamp } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createLogFieldsInterceptor } from '../../../src/worker/log-fields.ts';
import { createLogger } from '../../../src/worker/logger.ts';

function logged(logFormat: 'text' | 'json', log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  log(createLogger({ logLevel: 'info', logFormat }, (line) => lines.push(line)));
  return lines;
}

const parsed = (line: string | undefined): unknown => JSON.parse(line ?? '');

test('a line of JSON has time, level and message beside the fields, and ends with its only newline', () => {
  const [line] = logged('json', (logger) => logger.warn('Exporting is\nnot running', { cluster: 'prod', backupId: 7 }));

  expect(parsed(line)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: 'warn',
    message: 'Exporting is\nnot running',
    cluster: 'prod',
    backupId: 7,
  });
  expect(line?.indexOf('\n')).toBe((line?.length ?? 0) - 1);
});

test('a run under a lock is logged with its cluster, and every run as runId', () => {
  const [line] = logged('json', (logger) =>
    logger.info('Activity failed', { workflowId: 'camunda-cluster/prod', workflowRunId: 'r1', taskToken: 'secret' }),
  );

  expect(parsed(line)).toMatchObject({ cluster: 'prod', workflowId: 'camunda-cluster/prod', runId: 'r1' });
  expect(line).not.toMatch(/taskToken|secret|workflowRunId/);
});

test('a field cannot take the place of time, level or message', () => {
  const [line] = logged('json', (logger) => logger.info('real', { message: 'other', level: 'x', time: 'y', kept: 1n }));

  expect(parsed(line)).toMatchObject({ message: 'real', level: 'info', kept: '1' });
});

test('a failure of ours is logged in one line, with its type', () => {
  const error = ApplicationFailure.nonRetryable('partition 2 has no leader', 'FailedPrecondition');

  const [line] = logged('json', (logger) => logger.warn('Activity failed', { error }));

  expect(parsed(line)).toMatchObject({ error: 'FailedPrecondition: partition 2 has no leader' });
});

test('what the core of the SDK repeats while Temporal is down is one line a minute, with how many were left out', () => {
  const core = (target: string, seconds: number) => ({
    sdkComponent: 'core',
    target,
    [LogTimestamp]: BigInt(seconds) * 1_000_000_000n,
  });
  const lines = logged('json', (logger) => {
    for (const second of [0, 1, 30, 59, 60]) logger.warn('gRPC call retried', core('retry', second));
    logger.warn('another part', core('other', 2));
    logger.warn('Waiting for Temporal', { sdkComponent: 'worker', target: 'retry' });
  });

  expect(lines.map(parsed)).toEqual([
    expect.not.objectContaining({ leftOut: expect.anything() }),
    expect.objectContaining({ time: '1970-01-01T00:01:00.000Z', leftOut: 3 }),
    expect.objectContaining({ message: 'another part' }),
    expect.objectContaining({ message: 'Waiting for Temporal' }),
  ]);
});

test('an error is logged with its stack', () => {
  const [line] = logged('json', (logger) => logger.error('failed', { error: new TypeError('no such thing') }));

  expect(parsed(line)).toMatchObject({ error: expect.stringMatching(/^TypeError: no such thing\n +at /) });
});

test('as text a line begins with time and level, and what is below the level is left out', () => {
  const lines = logged('text', (logger) => {
    logger.debug('unheard');
    logger.info('Worker runs', { clusters: ['prod'] });
    logger.error('alone');
  });

  expect(lines).toEqual([
    expect.stringMatching(/Z INFO {2}Worker runs \{"clusters":\["prod"\]\}\n$/),
    expect.stringMatching(/Z ERROR alone\n$/),
  ]);
});

test.each([
  [
    { facts: { cluster: 'prod' }, backupId: 7 },
    { cluster: 'prod', backupId: 7 },
  ],
  [{ cluster: 'prod' }, { cluster: 'prod' }],
  [{ cluster: 5, backupId: 'x' }, {}],
  [undefined, {}],
])('an activity that got %j logs %j', async (argument, expected) => {
  const seen: unknown[] = [];
  const environment = new MockActivityEnvironment(
    {},
    {
      interceptors: [createLogFieldsInterceptor],
      logger: createLogger({ logLevel: 'info', logFormat: 'json' }, (line) => seen.push(parsed(line))),
    },
  );

  await environment.run((_input: unknown) => Promise.resolve(Context.current().log.info('hello')), argument);

  const names = (fields: unknown) =>
    Object.keys(Object(fields)).filter((name) => ['cluster', 'backupId'].includes(name));
  expect(seen).toEqual([expect.objectContaining({ message: 'hello', ...expected })]);
  expect(names(seen[0])).toEqual(Object.keys(expected));
});
