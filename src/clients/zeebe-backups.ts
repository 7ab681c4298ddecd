import { z } from 'zod';
import type { ZeebeBackup, ZeebeBackupApi } from '../model/zeebe.ts';
import { RejectedError } from './errors.ts';
import type { Call, Http, Rejection } from './http.ts';
import { zeebeBackup } from './zeebe-shapes.ts';

/**
 * Zeebe's backups, at the gateway (or at a broker with an embedded gateway).
 *
 * Taking a backup is not idempotent: a used ID is rejected with 409, and only the caller can tell whether that backup is
 * its own. All methods throw the three errors of `errors.ts`.
 */
export interface ZeebeBackupClient {
  /**
   * Schedules a backup. 202 does not mean that the store works. A RejectedError has type `BACKUP_EXISTS` when the ID is
   * used or too low (see `latestBackupIdOf`), and `NO_BACKUP_STORE` when none is configured.
   */
  takeBackup(backupId: number, signal?: AbortSignal): Promise<void>;
  /** State `DOES_NOT_EXIST` for an unknown ID. */
  getBackup(backupId: number, signal?: AbortSignal): Promise<ZeebeBackup>;
  listBackups(signal?: AbortSignal): Promise<readonly ZeebeBackup[]>;
  /** Also succeeds when nothing existed. The ID stays burnt. */
  deleteBackup(backupId: number, signal?: AbortSignal): Promise<void>;
}

/** `api` is the endpoint's name, which differs by version: see `zeebeBackupApi`. */
export function createZeebeBackupClient(http: Http, api: ZeebeBackupApi): ZeebeBackupClient {
  const backups = `/actuator/${api}`;
  return {
    async takeBackup(backupId, signal) {
      await http.read({ method: 'POST', path: backups, body: { backupId }, signal, classify }, scheduled);
    },

    async getBackup(backupId, signal) {
      const call: Call = { method: 'GET', path: `${backups}/${backupId}`, signal, classify };
      try {
        const backup = await http.read(call, zeebeBackup);
        if (backup.backupId === backupId) return backup;
        throw http.unexpected(call, `it is about backup ${backup.backupId}`);
      } catch (error) {
        if (error instanceof RejectedError && error.type === 'BACKUP_NOT_FOUND') {
          return { backupId, state: 'DOES_NOT_EXIST', partitions: [] };
        }
        throw error;
      }
    },

    listBackups: (signal) => http.read({ method: 'GET', path: backups, signal, classify }, z.array(zeebeBackup)),

    async deleteBackup(backupId, signal) {
      await http.send({ method: 'DELETE', path: `${backups}/${backupId}`, signal, classify });
    },
  };
}

/** The highest used ID, where a `BACKUP_EXISTS` rejection of Zeebe names it: the next ID must be above. */
export function latestBackupIdOf(error: unknown): number | undefined {
  const id = error instanceof RejectedError ? latestBackupId.exec(error.reason)?.[1] : undefined;
  return id === undefined ? undefined : Number(id);
}

const latestBackupId = /The latest backup has id (\d+)/;

function classify({ status, dialect, reason }: Rejection): string | undefined {
  if (reason.includes('No backup store is configured')) return 'NO_BACKUP_STORE';
  // 409 alone is not enough: later versions also answer it while scaling.
  if (status === 409 && latestBackupId.test(reason)) return 'BACKUP_EXISTS';
  // Spring's own 404 means an absent endpoint or a wrong base path.
  if (status === 404 && dialect === 'application' && /^Backup with id -?\d+ does not exist/.test(reason))
    return 'BACKUP_NOT_FOUND';
  return undefined;
}

const scheduled = z.object({ message: z.string() });
