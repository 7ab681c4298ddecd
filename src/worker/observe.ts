import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import type { Metrics, MonitoredCluster } from './metrics.ts';
import { createGoodBackupObserver, createOutcomeObserver } from './observe-backups.ts';
import { createCheckObserver } from './observe-checks.ts';
import { createScheduleObserver } from './observe-schedules.ts';
import { createWatchObserver } from './observe-watch.ts';

const longestIntervalMs = 15_000;
/** The first look reads the last good backup of every cluster. */
const patienceMs = 60_000;

export interface Observed {
  readonly client: Client;
  readonly taskQueue: string;
  readonly watchIntervalMs: number;
  readonly clusters: readonly MonitoredCluster[];
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Keeps the metrics about clusters up to date with what Temporal has on record, so that they do not depend on which worker ran what.
 * Returns what ends that.
 */
export function keepObserving({ watchIntervalMs, logger, ...parts }: Observed): () => void {
  const { client, metrics } = parts;
  const observers = [
    createWatchObserver(parts),
    createGoodBackupObserver(parts),
    createOutcomeObserver(parts),
    createCheckObserver(parts),
    createScheduleObserver(parts),
  ];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failing = false;
  const look = async (): Promise<void> => {
    const lookedAt = Date.now();
    try {
      await client.withDeadline(lookedAt + patienceMs, async () => {
        for (const observe of observers) if (!stopped) await observe();
      });
      metrics.sawTemporal(lookedAt);
      if (failing) logger.info('Temporal can be read again for the metrics');
      failing = false;
    } catch (error) {
      if (stopped) return;
      // Once an outage.
      if (!failing) logger.warn('Temporal could not be read for the metrics: they show what was last read', { error });
      failing = true;
    }
    if (!stopped) timer = setTimeout(() => void look(), Math.min(longestIntervalMs, watchIntervalMs));
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
