export interface SimulatorOptions {
  readonly partitions?: number;
  readonly brokers?: number;
  /** Replicas per partition; all brokers by default, at most three. */
  readonly replicationFactor?: number;
  /** Version that every Camunda component reports. */
  readonly version?: string;
  /** IDs of the configured exporters. Empty means that nothing is ever exported. */
  readonly exporters?: readonly string[];
  readonly optimize?: boolean;
  /** Time from the start of one part of a web application's backup to the start of the next. */
  readonly partDurationMs?: number;
  /** Duration of a snapshot that somebody creates through the search engine's API. */
  readonly recordSnapshotDurationMs?: number;
  readonly zeebeBackupDurationMs?: number;
  /** Growth of the log, per partition. */
  readonly recordsPerSecond?: number;
  /** How often each replica takes its own snapshot; Zeebe's default is five minutes. */
  readonly snapshotPeriodMs?: number;
  /** How often a leader tells its followers what its exporters acknowledged. */
  readonly positionDistributionMs?: number;
  /** Time between a web application's 204 to a delete and the end of the snapshots. */
  readonly deleteDelayMs?: number;
  /** How long the gateway waits for a backup store that does not answer. */
  readonly gatewayTimeoutMs?: number;
}

export type Settings = Required<SimulatorOptions>;

/** Fills in the defaults, and refuses what no cluster can be. */
export function simulatorSettings(options: SimulatorOptions): Settings {
  const brokers = options.brokers ?? 1;
  const settings: Settings = {
    partitions: 2,
    replicationFactor: Math.min(brokers, 3),
    version: '8.6.0',
    exporters: ['elasticsearch'],
    optimize: false,
    partDurationMs: 20,
    recordSnapshotDurationMs: 60,
    zeebeBackupDurationMs: 150,
    recordsPerSecond: 50,
    snapshotPeriodMs: 1_000,
    positionDistributionMs: 250,
    deleteDelayMs: 50,
    gatewayTimeoutMs: 15_000,
    ...defined(options),
    brokers,
  };
  const { partitions, replicationFactor } = settings;
  if (!(Number.isInteger(brokers) && brokers > 0)) throw new RangeError(`brokers is ${brokers}; it must be at least 1`);
  if (!(Number.isInteger(partitions) && partitions > 0)) {
    throw new RangeError(`partitions is ${partitions}; it must be at least 1`);
  }
  if (!(replicationFactor >= 1 && replicationFactor <= brokers)) {
    throw new RangeError(`replicationFactor is ${replicationFactor}; it must be between 1 and brokers (${brokers})`);
  }
  return settings;
}

function defined(options: SimulatorOptions): SimulatorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
