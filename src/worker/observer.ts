import type { Client } from '@temporalio/client';
import type { Metrics, MonitoredCluster } from './metrics.ts';

/** One look at what Temporal has on record. Rejects where it does not answer; the next look makes up for that. */
export type Observer = () => Promise<void>;

/** What an observer looks at, and which metrics it tells. */
export interface ObserverParts<Told extends keyof Metrics> {
  readonly client: Client;
  readonly taskQueue: string;
  readonly clusters: readonly MonitoredCluster[];
  readonly metrics: Pick<Metrics, Told>;
}
