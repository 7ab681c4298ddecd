import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { readPending, type PendingStep } from './pending-steps.ts';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** An activity that was scheduled and has not ended. */
export interface OpenStep {
  readonly title: string;
  readonly sinceMs: number;
  readonly pending: PendingStep | undefined;
}

export interface EndedStep {
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly endedMs: number;
  readonly seconds: number;
  readonly attempt: number;
  readonly completed: boolean;
  /** Of a step that failed. */
  readonly problem: string | undefined;
}

export interface StepFollower {
  readonly open: readonly OpenStep[];
  /** Looks once more, for what happened since the last look, and ends. Throws what a look threw. */
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly workflowIds: readonly string[];
  /** Runs that began earlier are not followed; milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly began?: (title: string) => void;
  readonly ended: (step: EndedStep) => void;
}

const POLL_MS = 250;
const GRPC_NOT_FOUND = 5;

/** Follows every activity of these Workflows, each of their runs, as it is scheduled and as it ends. */
export function followSteps(client: Client, options: FollowOptions): StepFollower {
  const stopped = new AbortController();
  const runs = new Map<string, RunReader>();
  let open: readonly OpenStep[] = [];

  const look = async (): Promise<void> => {
    const found = await Promise.all(
      options.workflowIds.map(async (workflowId) => {
        const events = await eventsOf(client, workflowId);
        const [first] = events;
        const runId = first?.workflowExecutionStartedEventAttributes?.originalExecutionRunId;
        if (!first || !runId || timeOf(first) < (options.sinceMs ?? 0)) return [];
        const reader = runs.get(runId) ?? createRunReader(options);
        runs.set(runId, reader);
        const steps = reader.read(events);
        if (steps.length === 0) return [];
        const pending = await readPending(client, workflowId);
        return steps.map(({ activityId, ...step }) => ({ ...step, pending: pending.get(activityId) }));
      }),
    );
    open = found.flat();
  };
  const following = (async () => {
    while (!stopped.signal.aborted) {
      await look();
      await delay(POLL_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await look();
  })();
  // Thrown by stop.
  following.catch(() => undefined);
  return {
    get open() {
      return open;
    },
    async stop() {
      stopped.abort();
      await following;
    },
  };
}

async function eventsOf(client: Client, workflowId: string): Promise<readonly HistoryEvent[]> {
  try {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return [];
    throw error;
  }
}

interface RunReader {
  /** Tells what is new in the history and answers what is open. */
  read(events: readonly HistoryEvent[]): readonly ScheduledStep[];
}

interface ScheduledStep {
  readonly activityId: string;
  readonly title: string;
  readonly sinceMs: number;
}

function createRunReader({ began, ended }: FollowOptions): RunReader {
  const open = new Map<string, ScheduledStep>();
  const attempts = new Map<string, number>();
  let seen = 0;

  const readEvent = (event: HistoryEvent): void => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const title = textOf(event.userMetadata?.summary?.data) ?? scheduled.activityType?.name ?? 'activity';
      open.set(String(event.eventId), { activityId: scheduled.activityId ?? '', title, sinceMs: timeOf(event) });
      began?.(title);
      return;
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) attempts.set(String(started.scheduledEventId), started.attempt ?? 1);
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    const end = completed ?? failed ?? event.activityTaskCanceledEventAttributes;
    const key = String(end?.scheduledEventId);
    const step = end && open.get(key);
    if (!step) return;
    open.delete(key);
    ended({
      title: step.title,
      endedMs: timeOf(event),
      seconds: (timeOf(event) - step.sinceMs) / 1000,
      attempt: attempts.get(key) ?? 1,
      completed: Boolean(completed),
      problem: failed?.failure?.message ?? undefined,
    });
  };
  return {
    read(events) {
      for (const event of events.slice(seen)) readEvent(event);
      seen = Math.max(seen, events.length);
      return [...open.values()];
    },
  };
}

const timeOf = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;

function textOf(data: Uint8Array | null | undefined): string | undefined {
  if (!data) return undefined;
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return typeof value === 'string' ? value : undefined;
}
