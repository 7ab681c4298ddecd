import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../model/failures.ts';
import type { ClusterLockReader } from '../model/lock-run.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';
import { mostListed, type ListBackupsInput, type VerifyBackupInput } from '../model/sets/requests.ts';
import type { ListBackupsResult, VerifyBackupResult } from '../model/sets/results.ts';
import { listSets } from '../sets/list-sets.ts';
import { createReader } from '../sets/reader.ts';
import type { Readers } from '../sets/read-sets.ts';
import { verifySet } from '../sets/verify-set.ts';
import { openRun } from './cluster-lock.ts';
import type { Clusters } from './clusters.ts';
import { deepLook } from './deep-look.ts';
import { heartbeating } from './heartbeat.ts';

/** How long one call may take: a server that hangs is a source that was not read. */
const patienceMs = 10_000;
/** The same for what is made of many calls: the manifests and records of a whole page. */
const manyPatienceMs = 120_000;

export interface VerifiedBackup {
  readonly result: VerifyBackupResult;
  /** Those that Temporal's namespace has. */
  readonly searchAttributes: readonly SearchAttributeName[];
}

export function createSetActivities({
  clusters,
  lock,
  searchAttributes = () => Promise.resolve([]),
}: {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
  readonly searchAttributes?: () => Promise<readonly SearchAttributeName[]>;
}) {
  const beingMade = async (cluster: string): Promise<{ readonly beingMade?: number }> => {
    const run = await openRun(lock, cluster);
    return run?.backupId === undefined ? {} : { beingMade: run.backupId };
  };

  return {
    /** Lists a page of what lies there of the backups of a cluster, each with its verdict. Changes nothing. */
    async listBackups({ cluster: name, limit = mostListed, before }: ListBackupsInput): Promise<ListBackupsResult> {
      const cluster = clusters.get(name);
      return heartbeating(async (beat) => {
        beat(`listing the backups of ${name}`);
        const page = { limit, ...(before === undefined ? {} : { before }), ...(await beingMade(name)) };
        return listSets(cluster, readers(), page);
      });
    },

    /** Judges one backup by everything that can be read of it. Whatever is wrong with it is the result, not a failure. Changes nothing. */
    async verifyBackup(input: VerifyBackupInput): Promise<VerifiedBackup> {
      const { cluster: name, backupId } = input;
      const cluster = clusters.get(name);
      return heartbeating(async (beat) => {
        if (input.deep !== true) beat(`verifying backup ${backupId} of ${name}`);
        const look = input.deep === true ? deepLook(input, beat) : { backupId };
        const result = await verifySet(cluster, readers(), { ...look, ...(await beingMade(name)) });
        if ('nothing' in result) {
          throw ApplicationFailure.nonRetryable(
            `${result.nothing}. Take a backup first, or bring up what could not be read.`,
            FailureType.FailedPrecondition,
          );
        }
        return { result, searchAttributes: await searchAttributes() };
      });
    },
  };
}

function readers(): Readers {
  const { cancellationSignal } = Context.current();
  return { call: createReader(cancellationSignal, patienceMs), many: createReader(cancellationSignal, manyPatienceMs) };
}
