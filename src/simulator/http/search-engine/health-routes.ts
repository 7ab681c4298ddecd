import { Hono, type Context } from 'hono';
import type { Changes } from '../../model/changes.ts';
import type { Clock } from '../../model/clock.ts';
import { chooseIndices } from '../../model/search-engine/index-names.ts';
import type { Index, Shard } from '../../model/search-engine/indices.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';

export type Health = 'green' | 'yellow' | 'red';

/** `_cluster/health`, of all indices or of some. */
export function healthRoutes(
  engine: SearchEngine,
  dialect: EngineDialect,
  { clock, changes }: { readonly clock: Clock; readonly changes: Changes },
): Hono {
  const app = new Hono();
  app.on('GET', ['/_cluster/health', '/_cluster/health/:indices'], async (c) => {
    const timeoutMs = durationOf(c.req.query('timeout') ?? '30s');
    const settled = await heldWithin(timeoutMs, () => isAwaited(c));
    // 408, with the state as it is.
    return json(settled ? 200 : 408, body(c, !settled));
  });
  return app;

  /** Whether what the query waits for has come about. A named index that is missing is waited for. */
  function isAwaited(c: Context): boolean {
    const { chosen, missing } = choose(c);
    if (missing !== undefined) return false;
    const { wait_for_status: status, wait_for_no_initializing_shards: noInitializing } = c.req.query();
    const order: readonly string[] = ['green', 'yellow', 'red'];
    const initializing = chosen.some(({ shards }) => shards.some(({ state }) => state === 'INITIALIZING'));
    if (noInitializing === 'true' && initializing) return false;
    return status === undefined || order.indexOf(healthOf(chosen)) <= order.indexOf(status);
  }

  function heldWithin(timeoutMs: number, holds: () => boolean): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      let over = false;
      const cancel = clock.after(timeoutMs, () => {
        over = true;
        changes.notify();
        resolve(holds());
      });
      changes
        .until(() => over || holds())
        .then(
          () => {
            cancel();
            resolve(holds());
          },
          // The simulator closes.
          () => resolve(false),
        );
    });
  }

  function choose(c: Context) {
    return chooseIndices(c.req.param('indices') ?? '_all', engine.indices.all, { closed: true });
  }

  function body(c: Context, timedOut: boolean): object {
    const { chosen, missing } = choose(c);
    const openSearch = dialect.product === 'opensearch';
    const numbers = numbersOf(chosen, openSearch);
    const level = c.req.query('level') ?? 'cluster';
    // OpenSearch speaks of the whole cluster here, whichever indices were named.
    const counted = openSearch ? [...engine.indices.all.values()] : chosen;
    return {
      cluster_name: dialect.clusterName,
      status: missing === undefined ? healthOf(chosen) : 'red',
      timed_out: timedOut,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
      ...(openSearch ? { discovered_master: true, discovered_cluster_manager: true } : {}),
      ...numbers,
      delayed_unassigned_shards: 0,
      number_of_pending_tasks: 0,
      number_of_in_flight_fetch: 0,
      task_max_waiting_in_queue_millis: 0,
      active_shards_percent_as_number: activePercent(counted),
      ...(level === 'cluster'
        ? {}
        : { indices: Object.fromEntries(chosen.map((index) => [index.name, indexBody(index, openSearch, level)])) }),
    };
  }
}

export function healthOf(indices: readonly Index[]): Health {
  const shards = indices.flatMap((index) => index.shards);
  if (shards.some(({ state }) => state === 'UNASSIGNED')) return 'red';
  // What is being restored is yellow from its first moment on, without one active primary.
  const isYellow = shards.some(({ state }) => state !== 'STARTED') || indices.some(({ replicas }) => replicas > 0);
  return isYellow ? 'yellow' : 'green';
}

function numbersOf(indices: readonly Index[], openSearch: boolean): object {
  const shards = indices.flatMap((index) => index.shards);
  const count = (is: (shard: Shard) => boolean): number => shards.filter(is).length;
  const active = count(({ state }) => state === 'STARTED');
  const unassigned = count(({ state }) => state === 'UNASSIGNED' || state === 'WAITING');
  // The only node holds no replica.
  const replicas = indices.reduce((sum, index) => sum + index.shards.length * index.replicas, 0);
  return {
    active_primary_shards: active,
    active_shards: active,
    relocating_shards: 0,
    initializing_shards: count(({ state }) => state === 'INITIALIZING'),
    unassigned_shards: unassigned + replicas,
    ...(openSearch ? {} : { unassigned_primary_shards: unassigned }),
  };
}

function indexBody(index: Index, openSearch: boolean, level: string): object {
  return {
    status: healthOf([index]),
    number_of_shards: index.shards.length,
    number_of_replicas: index.replicas,
    ...numbersOf([index], openSearch),
    ...(level === 'shards'
      ? { shards: Object.fromEntries(index.shards.map((shard, at) => [at, shardBody(index, shard, openSearch)])) }
      : {}),
  };
}

function shardBody(index: Index, shard: Shard, openSearch: boolean): object {
  const alone = [{ ...index, shards: [shard] }];
  const { active_primary_shards: _, ...numbers } = { active_primary_shards: 0, ...numbersOf(alone, openSearch) };
  return { status: healthOf(alone), primary_active: shard.state === 'STARTED', ...numbers };
}

function activePercent(indices: readonly Index[]): number {
  const all = indices.reduce((sum, { shards, replicas }) => sum + shards.length * (1 + replicas), 0);
  const active = indices.reduce((sum, { shards }) => sum + shards.filter(({ state }) => state === 'STARTED').length, 0);
  return all === 0 ? 100 : (active / all) * 100;
}

function durationOf(text: string): number {
  const [, count = '30', unit = 's'] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  return Number(count) * (unit === 'ms' ? 1 : unit === 's' ? 1_000 : 60_000);
}
