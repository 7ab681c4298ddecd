import { activityInfo, Context } from '@temporalio/activity';
import { RejectedError, UnreachableError } from '../clients/errors.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';
import { nextPollDelayMs } from '../model/polling.ts';
import { heartbeating, type Beat } from './heartbeat.ts';

/** What one look found: the end of the wait, or what there is so far. */
export type Look<T> = { readonly end: T } | { readonly seen: Seen };

export interface Seen {
  /** In words, for the Web UI: "3 of 6 parts SUCCESS". */
  readonly summary: string;
  /** Any text that changes whenever something moved. */
  readonly progress: string;
  /** How long this may stay so; the wait's own `stallMs` when absent. */
  readonly patienceMs?: number;
}

/** What the Web UI shows while a wait runs, and what the next attempt goes on from. */
export interface WaitHeartbeat {
  readonly waitingFor: string;
  readonly seen: string;
  readonly seconds: number;
  readonly progress: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly movedAt: string;
}

export interface Wait<T> {
  /** "Operate backup 1748353033". */
  readonly waitingFor: string;
  readonly look: (signal: AbortSignal) => Promise<Look<T>>;
  /** Called when nothing moved, or nobody answered, for longer than `stallMs`; throws the failure. */
  readonly stalled: (lastSeen: string, silentMs: number) => Error;
  readonly stallMs: number;
  /** Called beside each pause between two looks; what it throws ends the wait. */
  readonly alongside?: (signal: AbortSignal) => Promise<void>;
  readonly timing: Pick<OperationTiming, 'pollMinMs' | 'pollMaxMs'>;
}

/**
 * Looks until `look` returns an end or throws a failure of its own. Heartbeats each look; a later attempt goes on with the clocks of the
 * earlier one. A server that does not answer, or answers 5xx, 408 or 429, is asked again until the stall deadline.
 */
export const waitFor = <T>(wait: Wait<T>): Promise<T> => heartbeating((beat) => lookUntilEnd(wait, beat));

async function lookUntilEnd<T>(wait: Wait<T>, beat: Beat): Promise<T> {
  const context = Context.current();
  const earlier = earlierHeartbeat(activityInfo().heartbeatDetails);
  const startedAt = earlier?.startedAt ?? new Date().toISOString();
  let movedAt = earlier?.movedAt ?? startedAt;
  let progress = earlier?.progress ?? '';
  for (;;) {
    const look = await lookOnce(wait, context.cancellationSignal);
    if ('end' in look) return look.end;
    if (look.seen.progress !== '' && look.seen.progress !== progress) {
      progress = look.seen.progress;
      movedAt = new Date().toISOString();
    }
    const waitedMs = Date.now() - Date.parse(startedAt);
    const heartbeat: WaitHeartbeat = {
      waitingFor: wait.waitingFor,
      seen: look.seen.summary,
      seconds: Math.round(waitedMs / 1_000),
      progress,
      startedAt,
      movedAt,
    };
    beat(heartbeat);
    const silentMs = Date.now() - Date.parse(movedAt);
    if (silentMs > (look.seen.patienceMs ?? wait.stallMs)) throw wait.stalled(look.seen.summary, silentMs);
    const delayMs = nextPollDelayMs(waitedMs, { minMs: wait.timing.pollMinMs, maxMs: wait.timing.pollMaxMs });
    await Promise.all([context.sleep(delayMs), wait.alongside?.(context.cancellationSignal)]);
  }
}

/** The rhythm of a loop that polls inside an activity. */
export function polling({ pollMinMs, pollMaxMs }: Pick<OperationTiming, 'pollMinMs' | 'pollMaxMs'>) {
  const startedMs = Date.now();
  const waitedMs = (): number => Date.now() - startedMs;
  return {
    waitedMs,
    seconds: (): number => Math.round(waitedMs() / 1_000),
    /** Waits for the next look, `atMostMs`; rejects when the activity is cancelled. */
    pause: (atMostMs = Infinity): Promise<void> =>
      Context.current().sleep(Math.min(nextPollDelayMs(waitedMs(), { minMs: pollMinMs, maxMs: pollMaxMs }), atMostMs)),
  };
}

/** What a client answers with 400 and means as "not now": Operate 8.6.0 has hardly any other status. */
const passing: ReadonlySet<string | undefined> = new Set([
  'SEARCH_ENGINE_UNREACHABLE',
  'BACKUPS_UNREADABLE',
  'ANOTHER_BACKUP_RUNNING',
]);

/** An answer that says nothing about the thing waited for: asked again, and not counted as progress. */
export const isTransient = (error: UnreachableError | RejectedError): boolean =>
  error instanceof UnreachableError ||
  (error.status >= 500 && error.type !== 'INDICES_MISSING') ||
  error.status === 429 ||
  error.status === 408 ||
  passing.has(error.type);

async function lookOnce<T>(wait: Wait<T>, signal: AbortSignal): Promise<Look<T>> {
  try {
    return await wait.look(signal);
  } catch (error) {
    const fromCall = error instanceof UnreachableError || error instanceof RejectedError;
    if (signal.aborted || !fromCall || !isTransient(error)) throw error;
    return { seen: { summary: error.message, progress: '' } };
  }
}

function earlierHeartbeat(details: unknown): Pick<WaitHeartbeat, 'startedAt' | 'movedAt' | 'progress'> | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  if (!('startedAt' in details) || !('movedAt' in details) || !('progress' in details)) return undefined;
  const { startedAt, movedAt, progress } = details;
  if (typeof startedAt !== 'string' || typeof movedAt !== 'string' || typeof progress !== 'string') return undefined;
  return { startedAt, movedAt, progress };
}
