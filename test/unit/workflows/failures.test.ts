import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import { pausedBeforeFailing } from '../../../src/workflows/failures.ts';

const pausedBefore = ['partition 1 on broker 0 was PAUSED'];
const failed = (cause: Error): ActivityFailure =>
  new ActivityFailure('Activity task failed', 'softPauseExporting', '7', 'TIMEOUT', 'worker', cause);
const application = (...details: readonly unknown[]): ApplicationFailure =>
  ApplicationFailure.create({ message: 'refused', details: [...details] });

test('a pause that fails tells in its details what somebody else had paused', () => {
  expect(pausedBeforeFailing(failed(application({ pausedBefore })))).toEqual(pausedBefore);
});

test('a pause whose worker died until its deadline tells the same by its last heartbeat', () => {
  const timeout = new TimeoutFailure('activity timed out', { pausedBefore, seen: 'mixed' }, 'SCHEDULE_TO_CLOSE');

  expect(pausedBeforeFailing(failed(timeout))).toEqual(pausedBefore);
});

test.each([
  ['an error in the code', new Error('a bug')],
  ['a failure without details', failed(application())],
  ['a time-out without a heartbeat', failed(new TimeoutFailure('timed out', undefined, 'SCHEDULE_TO_CLOSE'))],
  ['details of another shape', failed(application({ pausedBefore: 'partition 1' }))],
])('%s tells nothing', (_, error) => {
  expect(pausedBeforeFailing(error)).toEqual([]);
});
