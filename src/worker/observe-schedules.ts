import { readScheduleHealth } from '../schedules/schedule-health.ts';
import type { Observer, ObserverParts } from './observer.ts';

/** Counts and gaps of hours need no closer look, and a look costs three calls for each cluster. */
const intervalMs = 300_000;

/** Returns what looks at the Schedules of backups, at most once in five minutes. */
export function createScheduleObserver({
  client,
  clusters,
  metrics,
}: Omit<ObserverParts<'sawSchedules'>, 'taskQueue'>): Observer {
  let nextMs = 0;
  return async () => {
    const nowMs = Date.now();
    if (nowMs < nextMs) return;
    metrics.sawSchedules(await readScheduleHealth(client, { clusters: clusters.map(({ name }) => name), nowMs }));
    nextMs = nowMs + intervalMs;
  };
}
