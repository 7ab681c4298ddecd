import { activityInfo, Context } from '@temporalio/activity';
import { z } from 'zod';
import { RejectedError } from '../clients/errors.ts';
import type { RestoredIndex } from '../clients/snapshot-restore.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { cut } from '../model/fitting.ts';
import { tellsOfLossAtRestore } from '../model/snapshot-damage.ts';
import {
  bounded,
  isComparable,
  isWhole,
  problemsOf,
  testBatches,
  type Restored,
  type TestBatch,
  type TestedSnapshot,
  type TestRestored,
  type TestRestoreProblem,
} from '../model/test-restore.ts';
import { testedSnapshots } from '../sets/tested-snapshots.ts';
import { inParallel } from '../stores/in-parallel.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { polling } from './wait.ts';

export interface TestRestore {
  readonly cluster: string;
  readonly backupId: number;
  /** What the names of the restored indices begin with: of this run alone. */
  readonly prefix: string;
}

export type RemoveTestIndices = Omit<TestRestore, 'backupId'>;

export function createTestRestoreActivities({
  clusters,
  timing,
}: {
  readonly clusters: Clusters;
  readonly timing: OperationTiming;
}) {
  return {
    /**
     * Brings every index of the backup's snapshots back beside the live ones, under names of its own and without aliases, replicas and policies,
     * counts shards and documents, and deletes it again: the only thing that finds a lost blob. What is damaged is part of the result. A later
     * attempt deletes what the earlier one left and goes on behind the last index that was done.
     */
    testRestore(input: TestRestore): Promise<TestRestored> {
      const cluster = clusters.get(input.cluster);
      const { cancellationSignal: signal } = Context.current();
      return heartbeating(async (beat) => {
        await removeAll(cluster, { ...input, timing }, signal);
        let done = earlier(activityInfo().heartbeatDetails);
        const add = (indices: number, found: Found): void => {
          done = { ...bounded(done, found), tried: done.tried + indices };
          beat(done);
        };
        beat(done);
        let before = 0;
        for (const { name, indices } of await testedSnapshots(cluster, input.backupId, signal)) {
          const left = { name, indices: indices.slice(Math.max(0, done.tried - before)) };
          before += indices.length;
          if (left.indices.length === 0) continue;
          const batches = await batchesOf(cluster, left, signal);
          if ('refused' in batches) {
            add(left.indices.length, refusedBatch(name, left.indices.length, batches.refused));
            continue;
          }
          for (const batch of batches)
            add(batch.indices.length, await tryBatch(cluster, { ...input, timing }, batch, signal));
        }
        const { tried: _tried, ...restored } = done;
        return restored;
      });
    },

    /** Deletes every index of that test restore, each by its own name, until none is left. Returns how many there were. */
    removeTestIndices(input: RemoveTestIndices): Promise<number> {
      return heartbeating(() =>
        removeAll(clusters.get(input.cluster), { ...input, timing }, Context.current().cancellationSignal),
      );
    },
  };
}

/** Where it is tried, and in which rhythm. */
interface Place {
  readonly prefix: string;
  readonly timing: OperationTiming;
}

interface Refused {
  readonly refused: RejectedError;
}

type Found = Omit<TestRestored, 'unlisted'>;
type Done = TestRestored & { readonly tried: number };

const Earlier = z.object({
  tried: z.int(),
  indices: z.int(),
  compared: z.int(),
  bytes: z.number(),
  problems: z.array(z.custom<TestRestoreProblem>((each) => typeof each === 'object' && each !== null)),
  unlisted: z.int(),
});

const earlier = (details: unknown): Done =>
  Earlier.safeParse(details).data ?? { tried: 0, indices: 0, compared: 0, bytes: 0, problems: [], unlisted: 0 };

const withProblem = (problem: TestRestoreProblem): Found => ({
  indices: 0,
  compared: 0,
  bytes: 0,
  problems: [problem],
});

/** Twenty of them are part of a result. */
const longestReason = 400;

const refusedBatch = (snapshot: string, count: number, { type, message }: RejectedError): Found =>
  withProblem({
    code: tellsOfLossAtRestore({ message, ...(type === undefined ? {} : { type }) })
      ? 'TEST_RESTORE_REFUSED'
      : 'TEST_RESTORE_NOT_ALLOWED',
    says: cut(`snapshot ${snapshot}, ${count} indices: ${message}`, longestReason),
  });

/**
 * Above the low watermark, 85 % by default, an engine gives no node another shard, and what it brings back there is red.
 * https://www.elastic.co/guide/en/elasticsearch/reference/8.16/modules-cluster.html#disk-based-shard-allocation
 */
const keptFree = 0.15;

/** No batch takes more than half of what one node may still take: the engine's own watermarks stay far away, and there is a place for each. */
async function batchesOf(
  { restore, probes, repository }: Cluster,
  snapshot: TestedSnapshot,
  signal: AbortSignal,
): Promise<readonly TestBatch[] | Refused> {
  const stored = await orRefused(() => restore.readStoredShards(repository, snapshot.name, signal));
  if ('refused' in stored) return stored;
  const bytes = new Map(stored.value.map(({ name, bytes: size }) => [name, size]));
  const nodes = await probes.searchEngine.readNodes(signal);
  const rooms = nodes.map(({ availableBytes, totalBytes }) => availableBytes - totalBytes * keptFree);
  return testBatches(snapshot, (index) => bytes.get(index) ?? 0, Math.max(0, ...rooms) / 2);
}

async function tryBatch(cluster: Cluster, input: Place, batch: TestBatch, signal: AbortSignal): Promise<Found> {
  const found = await tryOnce(cluster, input, batch, signal);
  // One refuses for all, and a node that died in the middle leaves whole data red: each has another try by itself.
  if (found.problems.length === 0) return found;
  const again: Found[] = [];
  for (const index of batch.indices) again.push(await tryOnce(cluster, input, { ...batch, indices: [index] }, signal));
  return {
    indices: again.reduce((sum, each) => sum + each.indices, 0),
    compared: again.reduce((sum, each) => sum + each.compared, 0),
    bytes: again.reduce((sum, each) => sum + each.bytes, 0),
    problems: again.flatMap(({ problems }) => problems),
  };
}

async function tryOnce(
  cluster: Cluster,
  { prefix, timing }: Place,
  { snapshot, indices, roomBytes }: TestBatch,
  signal: AbortSignal,
): Promise<Found> {
  const bytes = indices.reduce((sum, index) => sum + index.bytes, 0);
  if (bytes > roomBytes) {
    const says = `snapshot ${snapshot}: ${indices.map(({ name }) => name).join(', ')} needs ${bytes} bytes, and at most ${Math.floor(roomBytes)} are given to a test`;
    return withProblem({ code: 'TEST_RESTORE_NO_ROOM', says });
  }
  // Not to be cut off by a cancel: the engine would go on, and bring back behind the deletion what it was asked for.
  const started = await orRefused(() =>
    cluster.restore.startRestore({
      repository: cluster.repository,
      snapshot,
      indices: indices.map(({ name }) => name),
      prefix,
    }),
  );
  if ('refused' in started) return refusedBatch(snapshot, indices.length, started.refused);
  const settledIndices = await settled(cluster, prefix, indices.length, timing, signal);
  const restored =
    'stalled' in settledIndices ? settledIndices : await counted(cluster, prefix, settledIndices, signal);
  await removeAll(cluster, { prefix, timing }, signal);
  if ('stalled' in restored) {
    return withProblem({ code: 'TEST_RESTORE_STALLED', says: `snapshot ${snapshot}: ${restored.stalled}` });
  }
  const problems = problemsOf(snapshot, indices, prefix, restored);
  const whole = indices.flatMap((index) => {
    const found = restored.find((each) => each.name === `${prefix}${index.name}` && isWhole(each));
    return found === undefined ? [] : [{ index, found }];
  });
  return {
    indices: whole.length,
    compared: whole.filter(({ index, found }) => isComparable(index.recorded, found)).length,
    bytes: whole.reduce((sum, { index }) => sum + index.bytes, 0),
    problems,
  };
}

async function counted(
  { inventory, restore }: Cluster,
  prefix: string,
  restored: readonly RestoredIndex[],
  signal: AbortSignal,
): Promise<readonly Restored[]> {
  const counts = new Map((await inventory.readIndices([`${prefix}*`], signal)).map((index) => [index.name, index]));
  const unallocated = restored.every(isWhole) ? [] : await restore.readUnallocated(prefix, signal);
  return restored.map((index) => {
    const { documents, sequence } = counts.get(index.name) ?? {};
    return {
      ...index,
      ...(unallocated.includes(index.name) ? { unallocated: true } : {}),
      ...(documents === undefined ? {} : { documents }),
      ...(sequence === undefined ? {} : { sequence }),
    };
  });
}

/** Waits until every shard was restored or is lost: `yellow` says that one still waits, also with no shard active yet. */
async function settled(
  cluster: Cluster,
  prefix: string,
  count: number,
  timing: OperationTiming,
  signal: AbortSignal,
): Promise<readonly RestoredIndex[] | { readonly stalled: string }> {
  const poll = polling(timing);
  let [movedAtMs, progress] = [poll.waitedMs(), ''];
  for (;;) {
    const restored = await cluster.restore.readRestored(prefix, signal);
    const over = restored.filter((index) => isWhole(index) || index.status === 'red');
    if (restored.length >= count && over.length === restored.length) return restored;
    const active = restored.reduce((sum, { activeShards }) => sum + activeShards, 0);
    const seen = `${over.length} of ${count} indices, ${active} shards active`;
    if (seen !== progress) [movedAtMs, progress] = [poll.waitedMs(), seen];
    const silentMs = poll.waitedMs() - movedAtMs;
    if (silentMs > timing.stallTimeoutMs)
      return { stalled: `${seen}; nothing moved for ${describeDuration(silentMs)}` };
    await poll.pause();
  }
}

/** Elasticsearch makes one change of the cluster's state of deletions that wait for it together. */
const callsAtOnce = 8;

async function removeAll(
  { searchEngine, restore }: Cluster,
  { prefix, timing }: Place,
  signal: AbortSignal,
): Promise<number> {
  const poll = polling(timing);
  let removed = 0;
  for (let looks = 0; ; looks += 1) {
    // What was acknowledged is gone at once. What is still there then came in between, or is in use.
    if (looks > 1) await poll.pause();
    const left = await searchEngine.listIndices(`${prefix}*`, signal);
    if (left.length === 0) return removed;
    const deletions = inParallel(left, callsAtOnce, ({ name }) => restore.deleteIndex(name, signal));
    for await (const wasThere of deletions) if (wasThere) removed += 1;
  }
}

/** What the engine will refuse again: it has 500 for a missing snapshot, too. */
async function orRefused<T>(call: () => Promise<T>): Promise<{ readonly value: T } | Refused> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof RejectedError) || [408, 429, 502, 503, 504].includes(error.status)) throw error;
    return { refused: error };
  }
}
