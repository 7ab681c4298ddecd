import { z } from 'zod';
import type { WebAppBackup } from '../model/web-apps.ts';
import { RejectedError } from './errors.ts';
import type { Call, Http, Rejection } from './http.ts';
import { readBuildVersion } from './wire.ts';
import { webAppBackup } from './web-app-shapes.ts';

/**
 * The backup API of a web application: Operate and Tasklist up to 8.7 (`/actuator/backups` on each), both together from
 * 8.8 (`history.ts`), Optimize (`optimize.ts`).
 *
 * Statuses mean little here: Operate 8.6.0 answers 400 to everything, Tasklist 500. Errors are told apart by the text,
 * and a RejectedError carries what it means as its `type`, one of `WebAppRejection`, where the text is known.
 */
export interface WebAppClient {
  readVersion(signal?: AbortSignal): Promise<string>;
  /** Returns the names of the snapshots it scheduled. A used ID is a RejectedError of type `BACKUP_EXISTS`. */
  takeBackup(backupId: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** `DOES_NOT_EXIST` or `UNKNOWN` where the answer is the application's way to say that it cannot find or read it. */
  getBackup(backupId: number, signal?: AbortSignal): Promise<WebAppBackup>;
  /** Throws where the application cannot list (Operate 8.6.0 on OpenSearch while any backup is being written). */
  listBackups(signal?: AbortSignal): Promise<readonly WebAppBackup[]>;
  deleteBackup(backupId: number, signal?: AbortSignal): Promise<void>;
}

export type WebAppRejection =
  /** The ID is in use. */
  | 'BACKUP_EXISTS'
  /** This process is taking a backup. Best effort: another replica does not know. */
  | 'ANOTHER_BACKUP_RUNNING'
  /**
   * The application cannot read its backups now; on OpenSearch it is normal while one is being written. Says nothing
   * about the ID.
   */
  | 'BACKUPS_UNREADABLE'
  /** No repository name is set in the application. */
  | 'NO_REPOSITORY_CONFIGURED'
  /** A name is set, and the search engine has no such repository. */
  | 'REPOSITORY_MISSING'
  /** An index that the application's backup must hold is not there. Stays so, whatever the status. */
  | 'INDICES_MISSING'
  /** The application gets no answer from the search engine. Passing, whatever the status. */
  | 'SEARCH_ENGINE_UNREACHABLE'
  /** Nothing serves this path here: another version, another process, or the endpoint is switched off. */
  | 'ENDPOINT_ABSENT'
  | 'BACKUP_NOT_FOUND';

export function createWebAppClient(http: Http, app: 'operate' | 'tasklist'): WebAppClient {
  const api = { path: '/actuator/backups', classify: app === 'operate' ? classifyOperate : classifyTasklist };
  return { ...backupTaker(http, api), ...backupReader(http, api) };
}

/** Where a component's backups are, and what its rejections mean. */
export interface WebAppApi {
  readonly path: string;
  readonly classify: NonNullable<Call['classify']>;
}

/** The start of a backup, where the answer names what was scheduled. */
export function backupTaker(http: Http, { path, classify }: WebAppApi): Pick<WebAppClient, 'takeBackup'> {
  return {
    async takeBackup(backupId, signal) {
      const call: Call = { method: 'POST', path, body: { backupId }, signal, classify };
      const { scheduledSnapshots } = await http.read(call, scheduled);
      return scheduledSnapshots;
    },
  };
}

/** What all components share: everything but the start. */
export function backupReader(http: Http, { path, classify }: WebAppApi): Omit<WebAppClient, 'takeBackup'> {
  return {
    readVersion: (signal) => readBuildVersion(http, signal),

    async getBackup(backupId, signal) {
      const call: Call = { method: 'GET', path: `${path}/${backupId}`, signal, classify };
      try {
        const backup = await http.read(call, webAppBackup);
        if (backup.backupId === backupId) return backup;
        throw http.unexpected(call, `it is about backup ${backup.backupId}`);
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        if (error.type === 'BACKUP_NOT_FOUND') return { backupId, state: 'DOES_NOT_EXIST', parts: [] };
        if (error.type === 'BACKUPS_UNREADABLE') return { backupId, state: 'UNKNOWN', parts: [] };
        throw error;
      }
    },

    listBackups: (signal) => http.read({ method: 'GET', path, signal, classify }, z.array(webAppBackup)),

    async deleteBackup(backupId, signal) {
      await http.send({ method: 'DELETE', path: `${path}/${backupId}`, signal, classify });
    },
  };
}

/** The texts that all components share. */
export function classifyShared({ reason }: Rejection): WebAppRejection | undefined {
  return sharedTexts.find(([text]) => text.test(reason))?.[1];
}

const scheduled = z.object({ scheduledSnapshots: z.array(z.string()).min(1) });

// Seen on Operate and Tasklist 8.6.0 with Elasticsearch 8.16.1 and OpenSearch 2.19.3.
const sharedTexts: readonly (readonly [RegExp, WebAppRejection])[] = [
  [/^A backup with ID \[\d+\] already exists/, 'BACKUP_EXISTS'],
  [/^No backup with id \[\d+\] found/, 'BACKUP_NOT_FOUND'],
  [/^Another backup is running at the moment/, 'ANOTHER_BACKUP_RUNNING'],
  [/^No backup repository configured/, 'NO_REPOSITORY_CONFIGURED'],
  [/^No repository with name \[.*\] could be found/, 'REPOSITORY_MISSING'],
  [/^Encountered an error connecting to (Elasticsearch|OpenSearch)/, 'SEARCH_ENGINE_UNREACHABLE'],
  [/^Exception occurred when searching for backups: Failed to get snapshot/, 'SEARCH_ENGINE_UNREACHABLE'],
  [/^Exception occurred when (searching for backup|validating whether backup)/, 'BACKUPS_UNREADABLE'],
];

/**
 * Elasticsearch answers 200 and an empty list to a pattern without match, and the application takes the first of
 * nothing.
 */
function classifyOperate(rejection: Rejection): WebAppRejection | undefined {
  const { status, type, reason } = rejection;
  // Once the JVM has compiled the line, the same exception comes without its message.
  const firstOfNothing = reason === '' || reason === 'Index 0 out of bounds for length 0';
  if (status === 400 && type === 'Invalid request' && firstOfNothing) return 'BACKUP_NOT_FOUND';
  return classifyShared(rejection);
}

/** The same exception, uncaught. Any other uncaught one looks the same: only the search engine itself can tell. */
function classifyTasklist(rejection: Rejection): WebAppRejection | undefined {
  const { status, dialect, reason, path } = rejection;
  if (status === 500 && dialect === 'spring' && reason === '' && /\/backups\/\d+$/.test(path ?? ''))
    return 'BACKUP_NOT_FOUND';
  return classifyShared(rejection);
}
