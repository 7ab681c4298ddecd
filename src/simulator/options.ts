import type { z } from 'zod';
import { LiveOptionsSchema, SimulatorOptionsSchema } from './option-schemas.ts';
import { InvalidInputError } from './errors.ts';
import { readInput } from './problems.ts';

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
  /** From a restore's first moment to its last. */
  readonly restoreDurationMs?: number;
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
  /** What the brokers' configuration says they need free to go on processing. */
  readonly freeForProcessingBytes?: number;
  /** Whom the management ports let in; everybody when null. */
  readonly managementUser?: { readonly username: string; readonly password: string } | null;
  /** Whether the brokers' health has Spring's details of the disk; the default of a real 8.6.0 has none. */
  readonly healthShowsDisk?: boolean;
  /** The search engine beside the cluster. */
  readonly searchEngine?: {
    readonly product: 'elasticsearch' | 'opensearch';
    readonly version: string;
    /** Types of snapshot repositories that its plugins know; `fs` and `url` where nothing is said. */
    readonly repositoryTypes?: readonly string[];
    /** Whether it knows lifecycle policies (ILM, ISM); not every distribution does. */
    readonly lifecyclePolicies?: boolean;
  };
  /** Where Zeebe's backups stand as objects; null keeps them in memory, where nobody but the brokers reads them. */
  readonly backupStore?: S3StoreOption | FolderStoreOption | null;
  /** Name of the snapshot repository that the web applications are configured with; null for none. */
  readonly repository?: string | null;
  /** How often each replica takes its own snapshot; Zeebe's default is five minutes. */
  readonly snapshotPeriodMs?: number;
  /** How often a leader tells its followers what its exporters acknowledged. */
  readonly positionDistributionMs?: number;
  /** Time between two batches that an exporter writes: what it was given since the last is in no index yet. */
  readonly exportDelayMs?: number;
  /** How far the clock of the search engine is ahead of all others. */
  readonly engineClockAheadMs?: number;
  /** Indices that the application whose name they begin with has, and no part of its backups holds. */
  readonly leftOutOfBackups?: readonly string[];
  /** Time between a web application's 204 to a delete and the end of the snapshots. */
  readonly deleteDelayMs?: number;
  /** How long the gateway waits for a backup store that does not answer. */
  readonly gatewayTimeoutMs?: number;
}

/** A bucket that is served on a port of its own. */
export interface S3StoreOption {
  readonly kind: 's3';
  readonly bucket: string;
  /** Prefix of every key. */
  readonly basePath?: string;
  /** The only access key that is let in; any when absent. Signatures are not looked at. */
  readonly accessKeyId?: string;
}

/** A folder, in the layout that all stores but S3 have. It must exist. */
export interface FolderStoreOption {
  readonly kind: 'filesystem';
  readonly folder: string;
}

/** Options with their defaults. Whoever needs one reads it when it is needed: some change while the cluster runs. */
export type Settings = Required<SimulatorOptions>;

/** Durations, rates and sizes: what can be changed while the cluster runs. */
export type LiveOptions = z.infer<typeof LiveOptionsSchema>;

/** Fills in the defaults, and refuses what no cluster can be. */
export function simulatorSettings(given: SimulatorOptions): Settings {
  const options = read<SimulatorOptions>(SimulatorOptionsSchema, given);
  const brokers = options.brokers ?? 1;
  const settings: Settings = {
    partitions: 2,
    replicationFactor: Math.min(brokers, 3),
    version: '8.6.0',
    exporters: defaultExporters(options),
    optimize: false,
    partDurationMs: 20,
    recordSnapshotDurationMs: 60,
    restoreDurationMs: 100,
    zeebeBackupDurationMs: 150,
    durations: {},
    recordsPerSecond: 50,
    initialRecords: 60,
    openInstances: 40,
    seed: 1,
    diskBytes: 32 * 2 ** 30,
    bytesPerRecord: 600,
    freeForProcessingBytes: 2 * 2 ** 30,
    searchEngine: { product: 'elasticsearch', version: '8.16.1' },
    healthShowsDisk: false,
    managementUser: null,
    backupStore: null,
    repository: 'camunda',
    snapshotPeriodMs: 1_000,
    positionDistributionMs: 250,
    exportDelayMs: 0,
    engineClockAheadMs: 0,
    leftOutOfBackups: [],
    deleteDelayMs: 50,
    gatewayTimeoutMs: 15_000,
    ...defined(options),
    brokers,
  };
  const { replicationFactor } = settings;
  if (replicationFactor > brokers) {
    const allowed = `1 to brokers (${brokers})`;
    throw new InvalidInputError([{ where: 'options.replicationFactor', value: replicationFactor, allowed }]);
  }
  return settings;
}

/** Puts other values in; `durations` are replaced one by one. */
export function changeSettings(settings: Settings, changes: unknown): void {
  const checked = read(LiveOptionsSchema, changes);
  const durations = { ...settings.durations, ...defined(checked.durations ?? {}) };
  Object.assign(settings, defined(checked), { durations });
}

function read<T>(schema: z.ZodType<T>, options: unknown): T {
  const outcome = readInput(schema, options, 'options');
  if ('data' in outcome) return outcome.data;
  throw new InvalidInputError(outcome.problems);
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

const defined = <T extends object>(options: T): T => {
  const present = { ...options };
  for (const [key, value] of Object.entries(options)) if (value === undefined) Reflect.deleteProperty(present, key);
  return present;
};
