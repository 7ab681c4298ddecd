import type { WatchRecord } from './whose-pause.ts';

/**
 * What the watch carries from run to run, as small as a thousand clusters need it: a name each and, for the few that are special, why. Below
 * 64 KiB also when all of them become unreadable at once.
 */
export interface WatchMemory {
  /** Clusters by the time (ISO 8601) at which they were last read as exporting; hardly ever more than a few times. */
  readonly cleanAt: Readonly<Record<string, readonly string[]>>;
  readonly held: Readonly<Record<string, NonNullable<WatchRecord['held']>>>;
  readonly unexplainedSince: Readonly<Record<string, string>>;
}

export function remember(records: ReadonlyMap<string, WatchRecord>): WatchMemory {
  const cleanAt: Record<string, string[]> = {};
  const held: Record<string, NonNullable<WatchRecord['held']>> = {};
  const unexplainedSince: Record<string, string> = {};
  for (const [name, record] of records) {
    if (record.cleanAt !== undefined) (cleanAt[record.cleanAt] ??= []).push(name);
    if (record.held !== undefined) held[name] = record.held;
    if (record.unexplainedSince !== undefined) unexplainedSince[name] = record.unexplainedSince;
  }
  return { cleanAt, held, unexplainedSince };
}

/** The record of each cluster; a cluster without one is new to the watch. */
export function recall(memory: WatchMemory | undefined): (name: string) => WatchRecord {
  if (memory === undefined) return () => ({});
  const times = new Map(
    Object.entries(memory.cleanAt).flatMap(([at, names]) => names.map((name) => [name, at] as const)),
  );
  return (name) => {
    const [cleanAt, held, unexplainedSince] = [times.get(name), memory.held[name], memory.unexplainedSince[name]];
    return {
      ...(cleanAt === undefined ? {} : { cleanAt }),
      ...(held === undefined ? {} : { held }),
      ...(unexplainedSince === undefined ? {} : { unexplainedSince }),
    };
  };
}
