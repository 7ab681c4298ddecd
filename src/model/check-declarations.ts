/** What a check of a cluster looks at, in the order of the report. */
export const checkNames = {
  addresses: 'every address is reached, with base path, authentication and TLS',
  authentication: 'management ports let nobody in without credentials',
  versions: 'versions are supported and equal',
  topology: 'the cluster file names every broker, each at its own address',
  partitions: 'every replica is there and healthy, every partition has a leader',
  exporting: 'exporting runs, and nobody else paused it',
  exporters: 'exporters are configured alike and in step',
  repository: 'the snapshot repository is registered, and every node can write to it',
  webApps: 'the web applications answer and use that repository',
  backupStore: 'Zeebe has a backup store, the same on every broker, and reaches it',
  catalogue: 'the catalogue can be read and written, and lies apart',
  indices: 'index prefixes lead to indices, and no primary shard is missing',
  brokerDisks: 'brokers have free disk for a pause',
  engineDisks: 'the search engine has free disk',
  backupIds: 'backup IDs are free',
  leftovers: 'nothing is left of earlier backups, and none runs',
  policies: 'no policy of the search engine works in the repository',
  clocks: 'clocks agree',
} as const;

export type CheckName = keyof typeof checkNames;

/** `error`: a backup would fail, or could not be restored. `warning`: it may, or somebody should know. */
export type FindingSeverity = 'error' | 'warning';

export interface FindingDeclaration {
  readonly check: CheckName;
  readonly severity: FindingSeverity;
  readonly meaning: string;
  readonly cure: string;
}

export const declare = (
  check: CheckName,
  severity: FindingSeverity,
  meaning: string,
  cure: string,
): FindingDeclaration => ({
  check,
  severity,
  meaning,
  cure,
});
