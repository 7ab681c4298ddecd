import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createFailureInterceptor, toFailure } from '../../../src/activities/failures.ts';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../../../src/clients/errors.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';

const rejected = (status: number): RejectedError =>
  new RejectedError(`Rejected with ${status}: GET http://x`, { status, reason: 'why' });

const meaning = (type: string): RejectedError =>
  new RejectedError('Rejected with 400', { status: 400, reason: 'why', type });
const stored = (kind: BackupStoreError['kind']): BackupStoreError =>
  new BackupStoreError('Failed: list s3://zeebe', { kind });

test.each([
  ['no answer', new UnreachableError('No answer: GET http://x', { mayHaveHappened: true }), 'UnreachableError', false],
  ['500', rejected(500), 'RejectedError', false],
  ['503', rejected(503), 'RejectedError', false],
  ['429', rejected(429), 'RejectedError', false],
  ['408', rejected(408), 'RejectedError', false],
  ['400', rejected(400), 'CallRejected', true],
  ['401', rejected(401), 'CallRejected', true],
  ['404', rejected(404), 'CallRejected', true],
  ['409', rejected(409), 'CallRejected', true],
  ['a 400 of Operate that means "not now"', meaning('ANOTHER_BACKUP_RUNNING'), 'RejectedError', false],
  ['a 400 of Operate about its repository', meaning('REPOSITORY_MISSING'), 'CallRejected', true],
  ['a backup store that does not answer', stored('unreachable'), 'BackupStoreError', false],
  ['a backup store that refuses', stored('rejected'), 'CallRejected', true],
  ['a backup store that holds something else', stored('unexpected'), 'UnexpectedResponse', true],
  ['an answer of another shape', new UnexpectedResponseError('Unexpected: GET http://x'), 'UnexpectedResponse', true],
])('%s is a failure of the public vocabulary', (_, error, type, nonRetryable) => {
  expect(toFailure(error, 4)).toMatchObject({ name: 'ApplicationFailure', message: error.message, type, nonRetryable });
});

test('a message that the server would cut, and with it the type, is cut before', () => {
  const failure = toFailure(new UnreachableError('x'.repeat(10_000), { mayHaveHappened: true }), 1);

  expect(failure).toMatchObject({ message: 'x'.repeat(1_500), type: 'UnreachableError' });
});

test('an answer of another shape is asked for again three times', () => {
  const error = new UnexpectedResponseError('Unexpected: GET http://x');
  const given = [1, 2, 3, 4].map((attempt) => toFailure(error, attempt));

  expect(given.map((failure) => failure instanceof ApplicationFailure && failure.nonRetryable)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('what is no error of a client passes unchanged', () => {
  const error = new Error('a bug');

  expect(toFailure(error, 1)).toBe(error);
});

test('the interceptor maps what an activity throws and leaves what it returns', async () => {
  const environment = new MockActivityEnvironment(
    {},
    { interceptors: [createFailureInterceptor], logger: new DefaultLogger('ERROR') },
  );

  await expect(environment.run(() => Promise.reject(rejected(403)))).rejects.toMatchObject({ type: 'CallRejected' });
  await expect(environment.run(() => Promise.resolve('done'))).resolves.toBe('done');
});
