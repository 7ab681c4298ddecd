import {
  ActivityCancellationType,
  proxyActivities,
  type ActivityInterfaceFor,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';

/** Typed handles on all activities under one policy. */
export type ActivityHandles = ActivityInterfaceFor<Activities>;

/** Every activity heartbeats by itself, and every policy says after which silence its worker counts as dead. */
const under = (
  policy: ActivityOptions & { readonly heartbeatTimeout: NonNullable<ActivityOptions['heartbeatTimeout']> },
): ActivityHandles => proxyActivities<Activities>(policy);

/**
 * Silence after which a read is given to another worker. No setting: a worker that was wrongly taken for dead costs one more read, and a
 * pause may wait for its resume behind a read.
 */
const longestSilenceMs = 10_000;

const silenceOf = (timing: OperationTiming | undefined): number =>
  Math.min(timing?.heartbeatTimeoutMs ?? longestSilenceMs, longestSilenceMs);

/** Reads of seconds: asked again for some minutes, then the sentence of the last failure ends the work. */
export const reads = (timing?: OperationTiming): ActivityHandles =>
  under({
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '5 minutes',
    heartbeatTimeout: silenceOf(timing),
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
  });

/** The proof is read like anything else; its record is tried to be written for a time of its own, which never makes the proof fail. */
export const proofs = (timing: OperationTiming): ActivityHandles => {
  const longestMs = 300_000 + (timing.recordMs ?? 300_000);
  return under({
    startToCloseTimeout: longestMs,
    scheduleToCloseTimeout: longestMs + 300_000,
    heartbeatTimeout: silenceOf(timing),
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
  });
};

/** Reads on which a last line of defence depends: asked until they answer. */
export const patientReads = (timing: OperationTiming): ActivityHandles =>
  under({
    startToCloseTimeout: '30 seconds',
    heartbeatTimeout: silenceOf(timing),
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  });

/** Waits for somebody else's operation to end: as long as it takes, a dead worker noticed by the heartbeat. */
export const waitsForOthers: ActivityHandles = under({
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '30 seconds',
  retry: { maximumInterval: '10 seconds' },
});

/**
 * Starts of a part: idempotent by its backup ID. A cancel waits until the call is over, so that no compensation overtakes it (the SDK's
 * default would not wait).
 */
export const takes = (timing: OperationTiming): ActivityHandles =>
  under({
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', maximumInterval: '15 seconds' },
  });

/** Waits for a part: one heartbeating activity each, which ends by its own deadlines. */
export const waits = (timing: OperationTiming): ActivityHandles =>
  under({
    scheduleToCloseTimeout: timing.componentDeadlineMs,
    startToCloseTimeout: timing.componentDeadlineMs,
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
  });

/** Nothing is paused yet; the wait ends by its own deadline, and calls take time. */
export const waitsBeforePause = ({ awaitInStepMs = 0, heartbeatTimeoutMs }: OperationTiming): ActivityHandles =>
  under({
    scheduleToCloseTimeout: awaitInStepMs + 300_000,
    startToCloseTimeout: awaitInStepMs + 120_000,
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
  });

/** All pause attempts together have one deadline, so that none can land later unguarded. */
export const pauses = (timing: OperationTiming): ActivityHandles =>
  under({
    scheduleToCloseTimeout: timing.pauseDeadlineMs,
    startToCloseTimeout: timing.pauseDeadlineMs,
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
  });

/** No deadline and no limit of attempts: a cluster left paused cannot compact its log and fills its disks. */
export const resumes = (timing: OperationTiming): ActivityHandles =>
  under({
    startToCloseTimeout: '30 days',
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  });

/** A clean-up in a recovery, which holds the lock meanwhile: it is tried for half a minute. */
export const cleanUps = (timing: OperationTiming): ActivityHandles =>
  under({
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '30 seconds',
    heartbeatTimeout: silenceOf(timing),
    retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
  });

/** A check reads everything with calls of bounded time, side by side. */
export const checks: ActivityHandles = under({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/** Looks at what lies there of thousands of backups, with calls of bounded time; nothing waits for it. */
export const looks: ActivityHandles = under({
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '20 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/** Reads a backup to its end: as long as it takes, a dead worker noticed by the heartbeat, and the next goes on behind what was done. */
const toItsEnd = {
  startToCloseTimeout: '7 days',
  scheduleToCloseTimeout: '7 days',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '60 seconds' },
} as const;

export const deepLooks: ActivityHandles = under(toItsEnd);

/** A cancel waits until the activity is over: what it had asked for when it heard of it is there before the deletion begins. */
export const testRestores: ActivityHandles = under({
  ...toItsEnd,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Deletes what was only made to be looked at: tried for an hour, then it is named. */
export const removals: ActivityHandles = under({
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
});

/** The watch's one activity: well inside its execution timeout, and never tried twice in one run: the next run is the retry. */
export const sweeps: ActivityHandles = under({
  startToCloseTimeout: '45 seconds',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 1 },
});
