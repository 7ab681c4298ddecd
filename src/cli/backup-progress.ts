import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import { clusterLockId } from '../model/cluster-lock.ts';
import { describeDuration } from '../model/durations.ts';
import { sayExpected } from '../model/expected-backup.ts';
import { heartbeatOf } from './heartbeat.ts';
import type { Temporal } from './temporal.ts';
import { nobodyAnswers } from './workers.ts';

export interface StartedBackup {
  readonly cluster: string;
  readonly workflowId: string;
}

const lookEveryMs = 1_000;
/** A query waits for a worker: without one it must not hold up what needs none. */
const queryPatienceMs = 3_000;
/** Until the child has begun; another attempt is news. */
const firstAttempt = 'ATTEMPT_1';
/** What a wait sees changes all the time; on a terminal that scrolls once in a while is enough. */
const waitEveryMs = 5_000;

/** Says each step and each change of the pause until the signal is aborted. What cannot be read now is read a second later. */
export async function followBackup(
  temporal: Temporal,
  backup: StartedBackup,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = Date.now();
  const tell = (text: string): void => say(`${describeDuration(Date.now() - startedMs).padStart(12)}  ${text}`);
  const told = new Set<string>();
  const once = (text: string | undefined): void => {
    if (text === undefined || told.has(text)) return;
    told.add(text);
    tell(text);
  };
  let step: string | undefined;
  let [waiting, waitingToldMs] = ['', 0];
  let lonely = false;
  while (!signal.aborted) {
    const seen = await readProgress(temporal, backup).catch(() => undefined);
    if (signal.aborted) return;
    if (seen !== undefined) {
      once(seen.expected);
      once(seen.backupId === undefined ? undefined : `backup ID ${seen.backupId}`);
      if (seen.step !== undefined && seen.step !== step) {
        step = seen.step;
        if (step !== firstAttempt) tell(step);
      }
      for (const text of seen.pause) once(text);
      const news = seen.waiting !== '' && seen.waiting !== waiting;
      if (news && Date.now() - waitingToldMs >= waitEveryMs) {
        tell(`  ${(waiting = seen.waiting)}`);
        waitingToldMs = Date.now();
      }
      if (seen.step === undefined && !lonely) {
        lonely = true;
        tell(`the backup waits: ${await nobodyAnswers(temporal)}`);
      }
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Progress {
  /** Absent while no worker answers. */
  readonly step?: string;
  readonly backupId?: number;
  /** What the backup is expected to take, in words. */
  readonly expected?: string;
  readonly pause: readonly string[];
  /** What the present waits see, in words. */
  readonly waiting: string;
}

const Expected = z.object({ backups: z.int(), totalMs: z.number(), pausedMs: z.number().optional() });

// Anybody can start a run under this ID: what is not ours to read counts as not written.
const Memo = z.object({
  startedBy: z.string().optional().catch(undefined),
  backupId: z.number().optional().catch(undefined),
  expected: Expected.optional().catch(undefined),
  resumedVerifiedAt: z.string().optional().catch(undefined),
  pause: z
    .object({ declaredAt: z.string(), deadline: z.string(), outcome: z.enum(['unknown', 'paused']) })
    .optional()
    .catch(undefined),
});

/** From the child, which does the work, as soon as it is the one of this backup; from the Workflow that was started until then. */
async function readProgress({ client }: Temporal, { cluster, workflowId }: StartedBackup): Promise<Progress> {
  const child = await describe(client.workflow.getHandle(clusterLockId(cluster)));
  const memo = Memo.parse(child?.memo ?? {});
  const ours = child?.status.name === 'RUNNING' && memo.startedBy === workflowId;
  const outer = client.workflow.getHandle(workflowId);
  const handle = ours ? client.workflow.getHandle(clusterLockId(cluster), child.runId) : outer;
  const step = await client
    .withDeadline(Date.now() + queryPatienceMs, () => handle.query<string>('currentStep'))
    .catch(() => undefined);
  const { pause, backupId, expected, resumedVerifiedAt } = ours ? memo : {};
  return {
    ...(step === undefined ? {} : { step }),
    ...(backupId === undefined ? {} : { backupId }),
    ...(expected === undefined ? {} : { expected: sayExpected(expected) }),
    pause: [
      ...(pause?.outcome === 'paused' ? [`exporting is paused, until ${pause.deadline} at the latest`] : []),
      ...(resumedVerifiedAt === undefined
        ? []
        : [`exporting goes on: verified on every replica at ${resumedVerifiedAt}`]),
    ],
    waiting: waits(ours ? child : await describe(outer)),
  };
}

async function describe(handle: {
  describe(): Promise<WorkflowExecutionDescription>;
}): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** What the waits see, and why what is tried again has failed. */
export function waits(run: WorkflowExecutionDescription | undefined): string {
  const texts = (run?.raw.pendingActivities ?? []).flatMap((activity) => {
    const { activityType, lastFailure } = activity;
    const beat = heartbeatOf(activity);
    return [
      ...(beat ? [`${beat.waitingFor}: ${beat.seen}`] : []),
      ...(lastFailure?.message
        ? [`${activityType?.name ?? 'it'} is tried again, because: ${lastFailure.message}`]
        : []),
    ];
  });
  return texts.sort().join(' · ');
}
