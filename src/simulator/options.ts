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
  /** Total duration of each component's backup, where it shall not be what the options below make of it. */
  readonly durations?: {
    readonly operateMs?: number;
    readonly tasklistMs?: number;
    readonly optimizeMs?: number;
    /** Of the web applications together, from 8.8 on. */
    readonly historyMs?: number;
    readonly recordsMs?: number;
    readonly zeebeMs?: number;
  };
  /** Growth of the log, per partition; a process instance is seven records from its start to its end. */
  readonly recordsPerSecond?: number;
  /** Records per partition that are there from the start. */
  readonly initialRecords?: number;
  /** How many process instances are open at a time, per partition, on average. */
  readonly openInstances?: number;
  /** Decides what happens in which order; the same seed, the same instances. */
  readonly seed?: number;
  /** Space on each broker's disk, and what the log takes of it. A broker without room appends nothing. */
  readonly diskBytes?: number;
  readonly bytesPerRecord?: number;
  /** The search engine beside the cluster. */
  readonly searchEngine?: { readonly product: 'elasticsearch' | 'opensearch'; readonly version: string };
  /** Name of the snapshot repository that the web applications are configured with; null for none. */
  readonly repository?: string | null;
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
    exporters: defaultExporters(options),
    optimize: false,
    partDurationMs: 20,
    recordSnapshotDurationMs: 60,
    zeebeBackupDurationMs: 150,
    durations: {},
    recordsPerSecond: 50,
    initialRecords: 60,
    openInstances: 40,
    seed: 1,
    diskBytes: 32 * 2 ** 30,
    bytesPerRecord: 600,
    searchEngine: { product: 'elasticsearch', version: '8.16.1' },
    repository: 'camunda',
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

/** From 8.8 on the applications' indices are exported to; the records only where Optimize wants them. */
function defaultExporters({ version = '8.6.0', optimize = false, searchEngine }: SimulatorOptions): readonly string[] {
  const records = searchEngine?.product ?? 'elasticsearch';
  if (!exportsToApplications(version)) return [records];
  return optimize ? ['camundaexporter', records] : ['camundaexporter'];
}

/** Whether an exporter writes the web applications' indices: from 8.8 on. Before that they import. */
export function exportsToApplications(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 8 || (major === 8 && minor >= 8);
}

function defined(options: SimulatorOptions): SimulatorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
