import type { Endpoint } from '../clients/http.ts';

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
  readonly searchEngine: Endpoint & {
    readonly repository: string;
    readonly recordIndexPrefix: string;
    /** Index prefixes of the web applications: what their snapshots may hold. */
    readonly operateIndexPrefix: string;
    readonly tasklistIndexPrefix: string;
    readonly optimizeIndexPrefix: string;
  };
  /** Optional: where given, IDs are also checked against the store itself. */
  readonly backupStore?: S3StoreConfig;
}

export interface BrokerConfig {
  readonly nodeId: number;
  readonly endpoint: Endpoint;
}

export interface S3StoreConfig {
  readonly type: 's3';
  readonly bucket: string;
  readonly basePath: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  /** Both absent: the AWS SDK's own credential chain. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

/** Deadlines and intervals in milliseconds. The discovery activity puts them into the Event History. */
export interface Timing {
  /** Longest time exporting may stay paused; a policy about disk. Default 6 h. */
  readonly maxPauseMs: number;
  /** How long after `maxPause` the outer Workflow cancels the work from outside. Default 5 min. */
  readonly outerMarginMs: number;
  /** How long the outer Workflow waits for a cancelled child to close before it resumes directly. Default 2 min. */
  readonly closeGraceMs: number;
  /** Deadline of one pause call; a zombie cannot land later than this plus `gatewayTimeout`. Default 20 s. */
  readonly pauseCallTimeoutMs: number;
  /** Deadline of all pause attempts together. Default 2 min. */
  readonly pauseDeadlineMs: number;
  /** How long a gateway can still act on a call whose caller is gone. Default 15 s, Zeebe's own request time-out. */
  readonly gatewayTimeoutMs: number;
  /** Heartbeat time-out of every wait. Default 30 s. */
  readonly heartbeatTimeoutMs: number;
  /** First and longest poll interval. Defaults 0.25 s and 30 s. */
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** How long "not there yet" or INCOMPLETE right after a take is tolerated. Default 1 min. */
  readonly appearGraceMs: number;
  /** How long a wait may see no progress at all before it gives up. Default 30 min. */
  readonly stallTimeoutMs: number;
  /** Deadline of one component's whole backup. Default 24 h. */
  readonly componentDeadlineMs: number;
  /** Interval of the watch. Default 1 min. */
  readonly watchIntervalMs: number;
  /** How long an unexplained soft pause is only reported before it is lifted; undefined = never. Default 6 h. */
  readonly unknownPauseGraceMs?: number;
}

export interface WorkerConfig {
  readonly maxConcurrentActivities: number;
  readonly shutdownGraceMs: number;
  readonly stickyQueueTimeoutMs: number;
  readonly maxHeartbeatThrottleMs: number;
}
