import { activityInfo } from '@temporalio/activity';
import { startedAfter } from './backup-failures.ts';
import type { Beat } from './heartbeat.ts';

/** What a take heartbeats just before it is sent: without it a later attempt has no evidence that there was a call to lose. */
interface SentTake {
  /** ISO 8601: when the ID was still absent. */
  readonly absentAt: string;
  readonly took: true;
}

/**
 * Marks that the take is about to be sent, to be called when a look found nothing. The mark of an earlier attempt stays: what its call made
 * may have begun since. One that is lost with its worker ends in a conflict over an ID of ours, which a new attempt cures.
 */
export function aboutToTake(beat: Beat): void {
  const absentAt = sentBefore() ?? new Date().toISOString();
  beat({ absentAt, took: true } satisfies SentTake);
}

/** ISO 8601: when an earlier attempt last knew the ID as absent, then to send its take; undefined when none came so far. */
export function sentBefore(): string | undefined {
  const { attempt, heartbeatDetails } = activityInfo();
  const details: unknown = heartbeatDetails;
  if (attempt === 1 || typeof details !== 'object' || details === null) return undefined;
  if (!('took' in details) || details.took !== true || !('absentAt' in details)) return undefined;
  return typeof details.absentAt === 'string' ? details.absentAt : undefined;
}

/** Whether all of these can only be what an own call made whose answer was lost. */
export function madeByLostTake(startedMs: readonly number[]): boolean {
  const absentAt = sentBefore();
  return absentAt !== undefined && startedMs.length > 0 && startedAfter(startedMs, absentAt);
}
