import { setTimeout as sleep } from 'node:timers/promises';
import { expectedBackup, learnedFrom, type ExpectedBackup } from '../model/expected-backup.ts';
import type { ClusterLockReader } from '../model/lock-run.ts';

const defaultPatienceMs = 3_000;

/** What the last backups took. A record that cannot be read, or not in time, stops nothing: then nothing is known. */
export async function learnExpected(
  lock: Pick<ClusterLockReader, 'completedBackups'>,
  cluster: string,
  patienceMs = defaultPatienceMs,
): Promise<ExpectedBackup | undefined> {
  const given = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: given.signal }).catch(() => undefined);
  try {
    const completed = await Promise.race([lock.completedBackups(cluster, learnedFrom), late]);
    return completed === undefined ? undefined : expectedBackup(completed);
  } catch {
    return undefined;
  } finally {
    given.abort();
  }
}
