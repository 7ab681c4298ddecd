import type { VersionFacts } from './camunda-version.ts';
import type { HeadRoom } from './disk.ts';
import type { ExpectedBackup } from './expected-backup.ts';
import type { SearchAttributeName } from './search-attributes.ts';
import type { WebApp } from './web-apps.ts';
import type { ClusterTopology, Position } from './zeebe.ts';

/**
 * What a cluster is, found out by one activity at the start of an operation. It stands in the Event History and decides everything that
 * follows: order, what is paused, what is expected, how long is waited. It holds no address and no secret.
 */
export interface ClusterFacts extends VersionFacts {
  readonly cluster: string;
  readonly topology: ClusterTopology & { readonly exporters: readonly string[] };
  readonly webApps: readonly { readonly app: WebApp; readonly version: string }[];
  readonly searchEngine: { readonly product: 'elasticsearch' | 'opensearch'; readonly version: string };
  readonly repository: string;
  /** Whether exported records exist under the configured prefix, so that they are part of the set. */
  readonly recordsExported: boolean;
  /** `gateway-only`: no broker is read, so a resume is accepted, never verified. */
  readonly verification: 'every-broker' | 'gateway-only';
  readonly timing: OperationTiming;
  /** Below this much free disk exporting is not paused, and a pause ends; absent where no disk is looked at. */
  readonly headRoom?: readonly HeadRoom[];
  /** What the last backups took; absent where none is known. */
  readonly expected?: ExpectedBackup;
  /** Things an operator should know that stop nothing. */
  readonly warnings: readonly string[];
  /** Those that Temporal's namespace has; absent for none. */
  readonly searchAttributes?: readonly SearchAttributeName[];
}

/** What a resume of exporting needs to know of a cluster. */
export interface ExportingFacts {
  readonly cluster: string;
  readonly topology: ClusterTopology;
  readonly timing: OperationTiming;
  /** How we paused: after a soft pause a hard one is somebody else's. Absent where it is not known. */
  readonly pauseKind?: VersionFacts['pauseKind'];
  readonly searchAttributes?: readonly SearchAttributeName[];
}

/** The deadlines and intervals of one operation, in milliseconds; see docs/configuration.md for each. */
export interface OperationTiming {
  /** Longest time exporting may stay paused: a policy about disk, not a guess at duration. */
  readonly maxPauseMs: number;
  /** How long after `maxPause` the outer Workflow cancels the work from outside. */
  readonly outerMarginMs: number;
  /** How long the outer Workflow then waits for the work to close before it resumes directly. */
  readonly closeGraceMs: number;
  /** Deadline of one pause call. */
  readonly pauseCallTimeoutMs: number;
  /** Deadline of all pause attempts together, so that none can land later unguarded. */
  readonly pauseDeadlineMs: number;
  /** How long a gateway can still act on a call whose caller is gone. */
  readonly gatewayTimeoutMs: number;
  /** Heartbeat time-out of every wait: how soon a dead worker is noticed. */
  readonly heartbeatTimeoutMs: number;
  /** First interval between two polls. */
  readonly pollMinMs: number;
  /** Longest interval between two polls. */
  readonly pollMaxMs: number;
  /** How long "not there yet" right after a take is tolerated. */
  readonly appearGraceMs: number;
  /** How long a wait may see no progress, or no answer, before it gives up. */
  readonly stallTimeoutMs: number;
  /** Deadline of one component's whole backup. */
  readonly componentDeadlineMs: number;
  /** How long a backup waits before its pause until exporters are in step and no other snapshot runs; 0 looks once. */
  readonly awaitInStepMs?: number;
  /** How often the waits in a pause look at the brokers' free disk. */
  readonly diskIntervalMs?: number;
  /** How long a backup tries to write its record into the catalogue. */
  readonly recordMs?: number;
}

/** Acknowledged position of one partition, read from its leader. */
export interface LeaderPosition {
  readonly partitionId: number;
  readonly nodeId: number;
  /** The lowest over all exporters. */
  readonly acknowledged: Position;
  /** By exporter ID, where the version publishes it (8.6 does, as a metric, once something was exported). */
  readonly exporters?: Readonly<Record<string, Position>>;
}
