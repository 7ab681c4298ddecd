import type { SigningKey, VerifyKey } from '../catalogue/keys.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';
import type { StoreOptions } from '../model/store-options.ts';

/** Everything the worker knows, read once at start, frozen. */
export interface Config {
  readonly clusters: Readonly<Record<string, ClusterConfig>>;
  readonly taskQueue: string;
  readonly timing: Timing;
  /** Minutes-long facts about the worker process itself. */
  readonly worker: WorkerConfig;
}

export interface ClusterConfig {
  readonly name: string;
  readonly zeebe: {
    readonly gateway: Endpoint;
    /** Empty only with `gateway-only`. */
    readonly brokers: readonly BrokerConfig[];
    readonly verification: 'every-broker' | 'gateway-only';
  };
  readonly operate?: Endpoint;
  readonly tasklist?: Endpoint;
  readonly optimize?: Endpoint;
  /** Operate and Tasklist together, from 8.8 on. Absent: at the gateway's address. */
  readonly webApps?: Endpoint;
  readonly searchEngine: Endpoint & {
    readonly repository: string;
    readonly recordIndexPrefix: string;
    /** Index prefixes of the web applications: what their snapshots may hold. */
    readonly operateIndexPrefix: string;
    readonly tasklistIndexPrefix: string;
    readonly optimizeIndexPrefix: string;
    /** Put before `operate-`, `tasklist-` and `camunda-` from 8.8 on; nothing is when absent. */
    readonly webAppsIndexPrefix?: string;
  };
  /** Optional: where given, IDs are also checked against the store itself. */
  readonly backupStore?: StoreOptions;
  /** Optional: our own records of the backups, never where Zeebe or the search engine delete. */
  readonly catalogue?: CatalogueConfig;
}

export interface BrokerConfig {
  readonly nodeId: number;
  readonly endpoint: Endpoint;
}

export interface CatalogueConfig {
  readonly store: StoreOptions;
  /** Signs the records that this worker writes. */
  readonly signingKey?: SigningKey;
  /** Where there are any, a record must be signed by one of them. */
  readonly verifyKeys?: readonly VerifyKey[];
}

/**
 * Deadlines and intervals in milliseconds, each with its default in docs/configuration.md. The discovery activity puts those of an
 * operation into the Event History.
 */
export interface Timing extends OperationTiming {
  /** Interval of the watch. Default 1 min. */
  readonly watchIntervalMs: number;
  /** How long an unexplained soft pause is only reported before it is lifted; undefined = never. Default 6 h. */
  readonly unknownPauseGraceMs?: number;
  /** Free disk that a pause must leave each broker; undefined = by the broker's own watermark, 0 = no disk is looked at. */
  readonly diskHeadRoomBytes?: number;
}

export interface WorkerConfig {
  readonly maxConcurrentActivities: number;
  readonly shutdownGraceMs: number;
  readonly shutdownForceMs: number;
  readonly stickyQueueTimeoutMs: number;
  readonly maxHeartbeatThrottleMs: number;
  /** How long a starting worker waits for a Temporal server that is not up yet. */
  readonly connectTimeoutMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'text' | 'json';
  /** IP address and port of health, readiness and our own Prometheus metrics; none when absent. */
  readonly monitoringAddress?: string;
  /** IP address and port of the Prometheus metrics of Temporal's SDK; none when absent. */
  readonly metricsAddress?: string;
}
