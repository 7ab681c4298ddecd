import { Hono } from 'hono';
import { z } from 'zod';
import { matchNames } from '../model/index-names.ts';
import type { SearchEngine } from '../model/search-engine.ts';
import type { EngineSnapshot } from '../model/snapshots.ts';
import { engineError, json, noSuchIndex, parseJson } from './answers.ts';

const repositoryRequest = z.object({ type: z.string(), settings: z.record(z.string(), z.unknown()).default({}) });
// Unknown keys are ignored without a word, as by the real one: a misspelt `indices` is every index.
const snapshotRequest = z.object({
  indices: z.union([z.string(), z.array(z.string()).transform((names) => names.join(','))]).default('_all'),
  ignore_unavailable: z.boolean().default(false),
  include_global_state: z.boolean().default(true),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export function snapshotRoutes(engine: SearchEngine, snapshotDurationMs: () => number): Hono {
  const app = new Hono();
  const { repositories, snapshots } = engine;

  const inRepository = (repository: string): readonly EngineSnapshot[] =>
    snapshots.all.filter((snapshot) => snapshot.repository === repository);
  const choose = (
    repository: string,
    expression: string,
    ignoreUnavailable: boolean,
  ): readonly EngineSnapshot[] | Response => {
    if (!repositories.has(repository)) return noSuchRepository(repository);
    const present = inRepository(repository);
    const names = present.map(({ name }) => name);
    const items = expression
      .split(',')
      .filter((item) => !ignoreUnavailable || item.includes('*') || names.includes(item));
    const { matched, missing } = matchNames(items.join(','), names);
    if (missing !== undefined) return noSuchSnapshot(repository, missing);
    return present.filter(({ name }) => matched.includes(name));
  };

  app.get('/', () => json(200, Object.fromEntries(repositories)));
  app.get('/:repository', (c) => {
    const name = c.req.param('repository');
    if (name === '_all') return json(200, Object.fromEntries(repositories));
    const found = repositories.get(name);
    return found ? json(200, { [name]: found }) : noSuchRepository(name);
  });
  app.put('/:repository', async (c) => {
    const request = repositoryRequest.safeParse(parseJson(await c.req.text()));
    if (!request.success) return engineError(400, 'illegal_argument_exception', 'Malformed content of the repository');
    repositories.set(c.req.param('repository'), request.data);
    return json(200, { acknowledged: true });
  });
  app.delete('/:repository', (c) => {
    const name = c.req.param('repository');
    if (!repositories.has(name)) return noSuchRepository(name);
    if (inRepository(name).some(({ state }) => state === 'IN_PROGRESS')) {
      const reason = `[${name}] trying to modify or unregister repository that is currently used (snapshot is in progress)`;
      return engineError(409, 'repository_conflict_exception', reason);
    }
    repositories.delete(name);
    return json(200, { acknowledged: true });
  });
  app.post('/:repository/_verify', (c) => {
    const name = c.req.param('repository');
    return repositories.has(name)
      ? json(200, { nodes: { '15KCSUWbQImWhpmWJub2BQ': { name: 'simulated-0' } } })
      : noSuchRepository(name);
  });

  app.put('/:repository/:name', async (c) => {
    const { repository, name } = c.req.param();
    if (!repositories.has(repository)) return noSuchRepository(repository);
    const badName = nameProblem(name);
    const invalid = `[${repository}:${name}] Invalid snapshot name [${name}], `;
    if (badName !== undefined) return engineError(400, 'invalid_snapshot_name_exception', invalid + badName);
    const existing = snapshots.find(repository, name);
    if (existing) {
      const is = existing.state === 'IN_PROGRESS' ? 'is already in-progress' : 'already exists';
      return engineError(400, 'snapshot_name_already_in_use_exception', `${invalid}snapshot with the same name ${is}`);
    }
    const text = await c.req.text();
    const request = snapshotRequest.safeParse(text === '' ? {} : parseJson(text));
    if (!request.success) return engineError(400, 'illegal_argument_exception', 'malformed snapshot request');
    const {
      indices,
      ignore_unavailable: ignoreUnavailable,
      include_global_state: includeGlobalState,
      metadata,
    } = request.data;
    const names = [...engine.indices.all.keys()];
    const wanted = indices
      .split(',')
      .filter((item) => !ignoreUnavailable || item.includes('*') || names.includes(item));
    const { matched, missing } = matchNames(wanted.length === 1 && wanted[0] === '' ? '_all' : wanted.join(','), names);
    if (missing !== undefined) return noSuchIndex(missing);

    let finish: (snapshot: EngineSnapshot | undefined) => void = () => undefined;
    const ended = new Promise<EngineSnapshot | undefined>((resolve) => (finish = resolve));
    snapshots.start(
      {
        repository,
        name,
        indices: matched,
        includeGlobalState,
        metadata,
        durationMs: snapshotDurationMs(),
      },
      (snapshot) => finish(snapshot),
    );
    if (c.req.query('wait_for_completion') !== 'true') return json(200, { accepted: true });
    const last = await ended;
    return last ? json(200, { snapshot: snapshotBody(last, engine.version) }) : noSuchSnapshot(repository, name);
  });

  app.get('/:repository/:names', (c) => {
    const { repository, names } = c.req.param();
    const expression = names === '_current' ? '_all' : names;
    const chosen = choose(repository, expression, c.req.query('ignore_unavailable') === 'true');
    if (chosen instanceof Response) return chosen;
    const found = names === '_current' ? chosen.filter(({ state }) => state === 'IN_PROGRESS') : chosen;
    const bodies = found.map((snapshot) => snapshotBody(snapshot, engine.version));
    return json(200, { snapshots: bodies, total: found.length, remaining: 0 });
  });
  app.delete('/:repository/:names', (c) => {
    const { repository, names } = c.req.param();
    const chosen = choose(repository, names, false);
    if (chosen instanceof Response) return chosen;
    for (const snapshot of chosen) snapshots.delete(snapshot);
    return json(200, { acknowledged: true });
  });
  return app;
}

export const noSuchRepository = (name: string): Response =>
  engineError(404, 'repository_missing_exception', `[${name}] missing`);
const noSuchSnapshot = (repository: string, name: string): Response =>
  engineError(404, 'snapshot_missing_exception', `[${repository}:${name}] is missing`);

function nameProblem(name: string): string | undefined {
  if (name !== name.toLowerCase()) return 'must be lowercase';
  if (name.startsWith('_')) return "must not start with '_'";
  if (/\s/.test(name)) return 'must not contain whitespace';
  if (name.includes('#')) return "must not contain '#'";
  if (name.includes(',')) return "must not contain ','";
  if (/[>|/\\"<*?]/.test(name)) {
    return String.raw`must not contain the following characters ['>','|',',','/','\\',' ','\"','<','*','?']`;
  }
  return undefined;
}

function snapshotBody(snapshot: EngineSnapshot, version: string): object {
  const { startedAt, endedAt, failedIndices, indices } = snapshot;
  const failed = failedIndices.length;
  return {
    snapshot: snapshot.name,
    uuid: snapshot.uuid,
    repository: snapshot.repository,
    version_id: 8_518_000,
    version,
    indices,
    data_streams: [],
    include_global_state: snapshot.includeGlobalState,
    metadata: snapshot.metadata,
    state: snapshot.state,
    start_time: new Date(startedAt).toISOString(),
    start_time_in_millis: startedAt,
    // The epoch while it is in progress.
    end_time: new Date(endedAt ?? 0).toISOString(),
    end_time_in_millis: endedAt ?? 0,
    duration_in_millis: endedAt === undefined ? 0 : endedAt - startedAt,
    failures: failedIndices.map((index) => ({
      index,
      index_uuid: index,
      shard_id: 0,
      reason: 'primary shard is not allocated',
      status: 'INTERNAL_SERVER_ERROR',
    })),
    shards: { total: indices.length, failed, successful: endedAt === undefined ? 0 : indices.length - failed },
    feature_states: [],
  };
}
