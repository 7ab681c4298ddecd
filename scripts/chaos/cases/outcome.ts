import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { z } from 'zod';
import { patiently } from '../world/patiently.ts';

/** How a run that somebody started ended, as he sees it. */
export interface Outcome {
  readonly end: 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'TIMED_OUT' | 'DELETED';
  /** Of a failure. */
  readonly type?: string;
  readonly message?: string;
  readonly backupId?: number;
  /** Everything that its result or failure says, for what must be named somewhere. */
  readonly said: string;
}

const Result = z.object({ backupId: z.int() });

/** Waits for the end of the newest run under that ID: a reset makes another one. */
export async function outcomeOf(client: Client, workflowId: string): Promise<Outcome> {
  for (;;) {
    const outcome = await endOf(client.workflow.getHandle(workflowId));
    if (outcome.end === 'DELETED') return outcome;
    const { status } = await patiently(() => client.workflow.getHandle(workflowId).describe()).catch(deleted);
    if (status.name !== 'RUNNING') return outcome;
    await sleep(50);
  }
}

/** Waits for the end of that run, or of the newest one where the handle names none. */
export async function endOf(handle: WorkflowHandle): Promise<Outcome> {
  try {
    const result: unknown = await patiently(() => handle.result());
    const { data } = Result.safeParse(result);
    return {
      end: 'COMPLETED',
      ...(data === undefined ? {} : { backupId: data.backupId }),
      said: JSON.stringify(result),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { end: 'DELETED', said: '' };
    if (error instanceof WorkflowContinuedAsNewError || !(error instanceof WorkflowFailedError)) throw error;
    return ended(error.cause);
  }
}

function ended(cause: Error | undefined): Outcome {
  if (cause instanceof CancelledFailure) return { end: 'CANCELLED', said: cause.message };
  if (cause instanceof TerminatedFailure) return { end: 'TERMINATED', said: cause.message };
  if (cause instanceof TimeoutFailure) return { end: 'TIMED_OUT', said: cause.message };
  if (!(cause instanceof ApplicationFailure)) throw cause ?? new Error('a run failed without a cause');
  return {
    end: 'FAILED',
    ...(cause.type == null ? {} : { type: cause.type }),
    message: cause.message,
    said: `${cause.message} ${JSON.stringify(cause.details ?? [])}`,
  };
}

const deleted = (error: unknown): { readonly status: { readonly name: string } } => {
  if (error instanceof WorkflowNotFoundError) return { status: { name: 'DELETED' } };
  throw error;
};
