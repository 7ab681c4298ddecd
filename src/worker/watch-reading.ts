import { z } from 'zod';

/** What a run of the watch leaves to the next one. */
export const WatchMemorySchema = z.object({
  cleanAt: z.record(z.string(), z.array(z.string())),
  held: z.record(z.string(), z.object({ runId: z.string(), declaredAt: z.string() })),
  unexplainedSince: z.record(z.string(), z.string()),
});

/** Result of a run of the watch, as its metrics need it. */
export const WatchResult = z.object({
  memory: WatchMemorySchema,
  findings: z.array(z.object({ cluster: z.string(), owner: z.string(), action: z.string() })),
  unlisted: z.number(),
});
export type WatchResult = z.infer<typeof WatchResult>;

/** What the watch last read of a cluster: exporting, whose pause, or that it could not be read. */
export const exportingStates = [
  'exporting',
  'held',
  'overdue',
  'ours',
  'unknown',
  'foreign',
  'unreadable',
  'unverifiable',
] as const;
export type ExportingState = (typeof exportingStates)[number];

export interface ExportingReading {
  readonly state: ExportingState;
  /** Milliseconds since the epoch: since when exporting may have been paused; absent when no pause was read. */
  readonly pausedSinceMs?: number;
}

/**
 * The state of one cluster after a run of the watch that began at `startedAt` (ISO 8601); undefined where that run says nothing of it.
 * `unverifiable` is a `gateway-only` cluster, of which no phase can be read.
 */
export function exportingReading(
  { memory, findings, unlisted }: WatchResult,
  { name, gatewayOnly }: { readonly name: string; readonly gatewayOnly: boolean },
  startedAt: string,
): ExportingReading | undefined {
  const finding = findings.find(({ cluster }) => cluster === name);
  const cleanAt = Object.entries(memory.cleanAt).find(([, names]) => names.includes(name))?.[0];
  if (finding === undefined) {
    // A result lists a bounded number of findings: only a cluster that was read as clean in this very run is surely none of the others.
    if (unlisted > 0) return { state: cleanAt !== undefined && cleanAt >= startedAt ? 'exporting' : 'unreadable' };
    return cleanAt !== undefined || name in memory.held ? { state: 'exporting' } : undefined;
  }
  const state = exportingStates.find((candidate) => candidate.toUpperCase() === finding.owner) ?? 'unreadable';
  if (state === 'unreadable') return { state: gatewayOnly ? 'unverifiable' : state };
  // What was resumed directly, and read as such, is over.
  if (finding.action === 'resumed directly') return { state: 'exporting' };
  const declaredAt = state === 'foreign' || state === 'unknown' ? undefined : memory.held[name]?.declaredAt;
  const since = declaredAt ?? cleanAt ?? memory.unexplainedSince[name] ?? startedAt;
  return { state, pausedSinceMs: Date.parse(since) };
}

/** A pause that goes on began no later than it was first seen; one that was seen goes on while its cluster cannot be read. */
export function goingOn(reading: ExportingReading, before: ExportingReading | undefined): ExportingReading {
  if (before?.pausedSinceMs === undefined || reading.state === 'exporting') return reading;
  const since = Math.min(before.pausedSinceMs, reading.pausedSinceMs ?? before.pausedSinceMs);
  return { ...reading, pausedSinceMs: since };
}
