import { z } from 'zod';
import type { Rejection, Http } from './http.ts';
import { backupReader, classifyShared } from './web-apps.ts';
import type { WebAppClient, WebAppRejection } from './web-apps.ts';

/**
 * Optimize's backup API, on its own management port. Written from its source and documents: no server was at hand to
 * try it on.
 *
 * `takeBackup` returns no names: Optimize answers with a message only. Its backup is always two snapshots.
 */
export function createOptimizeClient(http: Http): WebAppClient {
  return {
    async takeBackup(backupId, signal) {
      await http.read({ method: 'POST', path, body: { backupId }, signal, classify }, scheduled);
      return [];
    },
    ...backupReader(http, { path, classify }),
  };
}

const path = '/actuator/backups';

const scheduled = z.object({ message: z.string() });

function classify(rejection: Rejection): WebAppRejection | undefined {
  const known = classifyShared(rejection);
  if (known) return known;
  // A 404 of Spring itself means an absent endpoint or a wrong base path.
  if (rejection.dialect !== 'application') return undefined;
  if (rejection.status === 409) return 'BACKUP_EXISTS';
  if (rejection.status === 404) return 'BACKUP_NOT_FOUND';
  if (rejection.status === 502) return 'SEARCH_ENGINE_UNREACHABLE';
  return undefined;
}
