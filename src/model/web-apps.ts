/** Operate, Tasklist and Optimize: each backs itself up as a set of snapshots. */
export type WebApp = 'operate' | 'tasklist' | 'optimize';

export const webAppNames: Readonly<Record<WebApp, string>> = {
  operate: 'Operate',
  tasklist: 'Tasklist',
  optimize: 'Optimize',
};

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
