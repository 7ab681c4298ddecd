import { Hono } from 'hono';
import { damageOf } from '../../model/search-engine/damage.ts';
import type { EngineSnapshot, IndexCopy } from '../../model/search-engine/engine-snapshot.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { sizeOf } from '../../model/search-engine/sizes.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, missingFile, noSuchRepository, noSuchSnapshot } from './errors.ts';
import { isTrue } from './parameters.ts';
import { unreadableSnapshots } from './snapshot-bodies.ts';
import { chooseSnapshots } from './snapshot-choice.ts';

interface Files {
  readonly file_count: number;
  readonly size_in_bytes: number;
}

interface Stats {
  readonly incremental: Files;
  /** Only while it is written. */
  readonly processed?: Files;
  readonly total: Files;
  readonly start_time_in_millis: number;
  readonly time_in_millis: number;
}

interface ShardStatus {
  readonly stage: 'DONE' | 'FAILURE' | 'STARTED';
  readonly stats: Stats;
  readonly node?: string;
  readonly reason?: string;
}

/** `_status`: the running snapshots, or those that are named, shard by shard. */
export function snapshotStatusRoutes(engine: SearchEngine, dialect: EngineDialect, now: () => number): Hono {
  const app = new Hono();
  const { repositories, snapshots } = engine;
  const answer = (chosen: readonly EngineSnapshot[], repository?: string): Response =>
    json(200, { snapshots: chosen.map((snapshot) => statusBody(snapshot, repository ?? snapshot.repository)) });

  app.get('/_status', () => answer(snapshots.running));
  app.get('/:repository/_status', (c) => {
    const name = c.req.param('repository');
    if (!repositories.has(name)) return noSuchRepository(name);
    return answer(snapshots.running.filter(({ repository }) => repository === name));
  });
  app.get('/:repository/:names/_status', (c) => {
    const repository = repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    const ignoreUnavailable = isTrue(c.req.query('ignore_unavailable'));
    const chosen = chooseSnapshots(engine, repository, c.req.param('names'), dialect, { ignoreUnavailable });
    if (chosen instanceof Response) return chosen;
    return (
      unreadableSnapshots(repository, chosen, dialect) ??
      unreadableMetadata(repository, chosen) ??
      answer(chosen, repository.name)
    );
  });
  return app;

  /** Unlike GET it reads the metadata of each index and shard. */
  function unreadableMetadata(repository: Repository, chosen: readonly EngineSnapshot[]): Response | undefined {
    for (const snapshot of chosen) {
      if (snapshot.copies.size === 0) continue;
      const { indexMetadata, shardMetadata } = damageOf(repository.place, snapshot);
      const folder = 'indices/MfWWxLaCRJC3SmvxFYr39Q';
      if (indexMetadata) {
        return failed(404, missingFile(repository, snapshot, `${folder}/meta-79Lp-6EB2z8yN0K7rpGW.dat`));
      }
      if (!shardMetadata) continue;
      return dialect.product === 'opensearch'
        ? noSuchSnapshot(repository.name, snapshot.name)
        : failed(404, missingFile(repository, snapshot, `${folder}/0/snap-${snapshot.uuid}.dat`));
    }
    return undefined;
  }

  function statusBody(snapshot: EngineSnapshot, repository: string): object {
    const indices = [...snapshot.copies].map(([name, copy]) => [name, shardStatuses(snapshot, name, copy)] as const);
    const all = indices.flatMap(([, shards]) => shards);
    const times = {
      start_time_in_millis: snapshot.startedAt,
      time_in_millis: (snapshot.endedAt ?? now()) - snapshot.startedAt,
    };
    return {
      snapshot: snapshot.name,
      repository,
      uuid: snapshot.uuid,
      state: stateOf(snapshot),
      include_global_state: snapshot.includeGlobalState,
      shards_stats: countedStages(all),
      stats: { ...summed(all.map(({ stats }) => stats)), ...times },
      indices: Object.fromEntries(
        indices.map(([name, shards]) => [
          name,
          {
            shards_stats: countedStages(shards),
            stats: summed(shards.map(({ stats }) => stats)),
            shards: Object.fromEntries(shards.map((shard, at) => [at, shard])),
          },
        ]),
      ),
    };
  }

  function stateOf({ state }: EngineSnapshot): string {
    if (state === 'IN_PROGRESS') return 'STARTED';
    // Elasticsearch says so only shard by shard.
    return state === 'PARTIAL' && dialect.product === 'elasticsearch' ? 'SUCCESS' : state;
  }

  function shardStatuses(snapshot: EngineSnapshot, name: string, copy: IndexCopy): readonly ShardStatus[] {
    const { startedAt, endedAt } = snapshot;
    const size = sizeOf(copy.content ?? engine.indices.all.get(name)?.content);
    const files = filesOf(size.files, Math.ceil(size.bytes / copy.shards));
    const stats = { incremental: files, total: files, start_time_in_millis: startedAt };
    return Array.from({ length: copy.shards }, (_, shard): ShardStatus => {
      const failure = snapshot.failures.find((each) => each.index === name && each.shard === shard);
      if (failure) return { stage: 'FAILURE', stats: nothing, reason: failure.reason };
      if (endedAt !== undefined) return { stage: 'DONE', stats: { ...stats, time_in_millis: endedAt - startedAt } };
      if (snapshot.done.has(name)) return { stage: 'DONE', stats: { ...stats, time_in_millis: 0 } };
      // An earlier snapshot reads the same shard: this one waits, and still says STARTED.
      if (isQueued(snapshot, name)) return { stage: 'STARTED', stats: nothing };
      const processed = filesOf(1, Math.ceil(files.size_in_bytes / 10));
      return { stage: 'STARTED', stats: { ...stats, processed, time_in_millis: 0 }, node: dialect.nodeId };
    });
  }

  function isQueued(snapshot: EngineSnapshot, name: string): boolean {
    const before = snapshots.running.slice(0, snapshots.running.indexOf(snapshot));
    return before.some(({ copies, done }) => copies.has(name) && !done.has(name));
  }
}

const filesOf = (count: number, bytes: number): Files => ({ file_count: count, size_in_bytes: bytes });
const noFiles = filesOf(0, 0);
const nothing: Stats = { incremental: noFiles, total: noFiles, start_time_in_millis: 0, time_in_millis: 0 };

function countedStages(shards: readonly ShardStatus[]): object {
  const count = (stage: ShardStatus['stage']): number => shards.filter((shard) => shard.stage === stage).length;
  return {
    initializing: 0,
    started: count('STARTED'),
    finalizing: 0,
    done: count('DONE'),
    failed: count('FAILURE'),
    total: shards.length,
  };
}

function summed(stats: readonly Stats[]): Stats {
  const sum = (of: (each: Stats) => Files | undefined): Files =>
    stats.reduce(
      (total, each) =>
        filesOf(total.file_count + (of(each)?.file_count ?? 0), total.size_in_bytes + (of(each)?.size_in_bytes ?? 0)),
      noFiles,
    );
  const starts = stats.flatMap(({ start_time_in_millis: start }) => (start === 0 ? [] : [start]));
  return {
    incremental: sum(({ incremental }) => incremental),
    ...(stats.some(({ processed }) => processed) ? { processed: sum(({ processed }) => processed) } : {}),
    total: sum(({ total }) => total),
    start_time_in_millis: starts.length === 0 ? 0 : Math.min(...starts),
    time_in_millis: Math.max(0, ...stats.map(({ time_in_millis: time }) => time)),
  };
}
