/** Which parts run inside the pause: the applications are taken before it up to 8.7, and in it from 8.8 on. */
export type Order = 'up-to-8.7' | 'from-8.8';

/** How long each component needs for its backup, in milliseconds. */
export interface Durations {
  /** Side by side: they count as the longest of them. */
  readonly applications: Readonly<Record<string, number>>;
  readonly recordsMs: number;
  readonly zeebeMs: number;
}

/** What no procedure can be faster than: every wait ends the moment its component is done, and nothing else takes time. */
export interface LowerBounds {
  readonly totalMs: number;
  readonly pauseMs: number;
}

export function lowerBounds({ applications, recordsMs, zeebeMs }: Durations, order: Order): LowerBounds {
  const applicationsMs = Math.max(0, ...Object.values(applications));
  const totalMs = applicationsMs + recordsMs + zeebeMs;
  return { totalMs, pauseMs: order === 'from-8.8' ? totalMs : recordsMs + zeebeMs };
}

/** What the cluster recorded of one backup; times in milliseconds since the epoch. */
export interface Recorded {
  readonly calls: readonly { readonly at: number; readonly component: string }[];
  readonly pauses: readonly { readonly from: number; readonly to: number | undefined }[];
}

export interface Measurement {
  /** From the first call to the last, preparation and proof included. */
  readonly totalMs: number;
  readonly totalRatio: number;
  /** While at least one replica did not export. */
  readonly pauseMs: number;
  readonly pauseRatio: number;
  readonly requests: number;
  readonly requestsByComponent: Readonly<Record<string, number>>;
}

/** The backup as the cluster saw it, over what no backup of it could be faster than. */
export function measure({ calls, pauses }: Recorded, bounds: LowerBounds): Measurement {
  if (calls.length === 0) throw new Error('the cluster saw no call, so there is nothing to measure');
  if (pauses.length === 0) throw new Error('exporting was never paused, so there is no pause to measure');
  const times = calls.map(({ at }) => at);
  const totalMs = Math.max(...times) - Math.min(...times);
  const pauseMs = pauses.reduce((sum, pause) => sum + lengthOf(pause), 0);
  return {
    totalMs,
    totalRatio: totalMs / bounds.totalMs,
    pauseMs,
    pauseRatio: pauseMs / bounds.pauseMs,
    requests: calls.length,
    requestsByComponent: countBy(calls.map(({ component }) => component)),
  };
}

function lengthOf({ from, to }: Recorded['pauses'][number]): number {
  if (to === undefined) throw new Error('exporting is still paused, so the pause cannot be measured');
  return to - from;
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Over repetitions of the same run. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new RangeError('nothing was measured, so there is no median');
  }
  return { median: (low + high) / 2, min, max };
}
