import type { Http, Rejection } from './http.ts';
import { backupReader, backupTaker, classifyShared } from './web-apps.ts';
import type { WebAppClient, WebAppRejection } from './web-apps.ts';

/**
 * The backup API of the web applications of 8.8: Operate and Tasklist with the data of Identity, at once
 * (`/actuator/backupHistory`). Written from its source and documents: no server was at hand to try it on.
 *
 * It is served where the web applications run; the parts of one backup wait in the memory of the process that was asked.
 */
export function createHistoryClient(http: Http): WebAppClient {
  const api = { path: '/actuator/backupHistory', classify };
  return { ...backupTaker(http, api), ...backupReader(http, api) };
}

function classify(rejection: Rejection): WebAppRejection | undefined {
  const { status, dialect, reason } = rejection;
  if (status === 404 && dialect === 'spring') return 'ENDPOINT_ABSENT';
  // Elasticsearch answers an empty list to a pattern without match; earlier patches then take the first of nothing.
  if (status === 500 && reason === 'Index 0 out of bounds for length 0') return 'BACKUP_NOT_FOUND';
  if (reason.startsWith('Missing required indices')) return 'INDICES_MISSING';
  return classifyShared(rejection);
}
