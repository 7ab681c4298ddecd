/**
 * Operate, Tasklist and Optimize: each backs itself up as a set of snapshots. `webapps` is what 8.8 makes of the first two: one component,
 * with the data of Identity in it.
 */
export type WebApp = 'operate' | 'tasklist' | 'optimize' | 'webapps';

export const webAppNames: Readonly<Record<WebApp, string>> = {
  operate: 'Operate',
  tasklist: 'Tasklist',
  optimize: 'Optimize',
  webapps: 'Web applications',
};

/** Those that a cluster file can lack. The names of their indices begin with these words, where no other prefix is configured. */
export const separateWebApps = ['operate', 'tasklist', 'optimize'] as const satisfies readonly WebApp[];

/** What the names of the indices of 8.8's web applications begin with, under the index prefix that it is configured with (none by default). */
export function historyIndices(prefix?: string): {
  readonly indexPrefixes: readonly string[];
  /** The instances and the user tasks: no 8.8 is without them. */
  readonly requiredIndices: readonly string[];
} {
  const under = (names: readonly string[]): readonly string[] =>
    names.map((name) => (prefix === undefined ? name : `${prefix}-${name}`));
  return {
    indexPrefixes: under(['operate', 'tasklist', 'camunda']),
    requiredIndices: under(['operate-list-view', 'tasklist-task']),
  };
}

/**
 * State of a web application's backup as the application tells it. INCOMPLETE is a passing state up to 8.7: between two
 * parts none is in progress. Optimize's documents say COMPLETE, its code COMPLETED: both are read as COMPLETED.
 */
export type WebAppBackupState =
  | 'DOES_NOT_EXIST'
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'INCOMPATIBLE'
  /** The application could not tell. Seen as normal progress on OpenSearch (Operate 8.6.0 answers 400). */
  | 'UNKNOWN'
  | (string & {});

export interface WebAppBackup {
  readonly backupId: number;
  readonly state: WebAppBackupState;
  readonly failureReason?: string;
  readonly parts: readonly { readonly snapshotName: string; readonly state: string; readonly startTime?: string }[];
}
