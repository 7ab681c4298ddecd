import { Hono } from 'hono';
import { z } from 'zod';
import { chooseIndices } from '../../model/search-engine/index-names.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json, parseJson } from '../answers.ts';
import { resolveDateMath } from './date-math.ts';
import type { EngineDialect } from './dialect.ts';
import {
  failed,
  illegalArgument,
  noSuchIndex,
  noSuchRepository,
  noSuchSnapshot,
  repositoryException,
} from './errors.ts';
import { refuseParameters } from './parameters.ts';
import { snapshotBody } from './snapshot-bodies.ts';
import { chooseSnapshots, indicesWithin, listSnapshots } from './snapshot-choice.ts';
import { lost, nameProblem, refuseMetadata, refuseUnassigned } from './snapshot-refusals.ts';

const indexList = z.union([z.string(), z.array(z.string()).transform((names) => names.join(','))]);
// Unknown keys are ignored without a word, as by the real one: a misspelt `indices` is every index.
const snapshotRequest = z.object({
  indices: indexList.default('_all'),
  ignore_unavailable: z.boolean().default(false),
  include_global_state: z.boolean().default(true),
  partial: z.boolean().default(false),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const cloneRequest = z.object({ indices: indexList });

/** Creates, clones and deletes snapshots. */
export function snapshotRoutes(engine: SearchEngine, dialect: EngineDialect, durationMs: () => number): Hono {
  const app = new Hono();
  const { repositories, snapshots } = engine;
  const openSearch = dialect.product === 'opensearch';

  app.on(['PUT', 'POST'], '/:repository/:name', async (c) => {
    const repository = repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    const name = resolveDateMath(c.req.param('name'), new Date());
    const problem = refuseName(repository, name);
    if (problem) return problem;
    const text = await c.req.text();
    const body = text === '' ? {} : parseJson(text);
    // What is no object says nothing, and is no error.
    const request = snapshotRequest.safeParse(body !== null && typeof body === 'object' ? body : {});
    if (!request.success) return illegalArgument('malformed snapshot request');
    const tooLong = refuseMetadata(request.data.metadata);
    if (tooLong) return tooLong;
    const { ignore_unavailable: ignoreUnavailable, partial } = request.data;
    const { chosen, missing } = chooseIndices(request.data.indices, engine.indices.all, { ignoreUnavailable });
    if (missing !== undefined) return noSuchIndex(missing);
    const unassigned = chosen.filter(({ shards }) => shards.some(({ state }) => state !== 'STARTED'));
    if (!partial && unassigned.length > 0) return refuseUnassigned(repository, name, unassigned, openSearch);

    let finish: (answer: Response) => void = () => undefined;
    const answer = new Promise<Response>((resolve) => (finish = resolve));
    const started = snapshots.start(
      {
        repository: repository.name,
        name,
        indices: chosen.map((index) => index.name),
        includeGlobalState: request.data.include_global_state,
        metadata: request.data.metadata,
        durationMs: durationMs(),
      },
      (last, loss) =>
        finish(
          last
            ? json(200, { snapshot: snapshotBody(last, repository.name, dialect) })
            : lost(repository, name, started?.uuid ?? '', loss, openSearch),
        ),
    );
    return c.req.query('wait_for_completion') === 'true' ? answer : json(200, { accepted: true });
  });

  app.on(['PUT', 'POST'], '/:repository/:name/_clone/:target', async (c) => {
    const repository = repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    const chosen = chooseSnapshots(engine, repository, c.req.param('name'), dialect);
    if (chosen instanceof Response) return chosen;
    const [source] = chosen;
    const target = c.req.param('target');
    const problem = refuseName(repository, target);
    if (problem) return problem;
    const request = cloneRequest.safeParse(parseJson(await c.req.text()));
    if (!request.success) return illegalArgument('indices must be set to clone a snapshot');
    if (!source || source.state === 'IN_PROGRESS') return noSuchSnapshot(repository.name, c.req.param('name'));
    const indices = indicesWithin(source, request.data.indices);
    if ('missing' in indices) return noSuchIndex(indices.missing);
    const stale = snapshots.clone(source, repository.name, target, indices.names);
    return stale ? lost(repository, target, source.uuid, stale, openSearch) : json(200, { acknowledged: true });
  });

  app.delete('/:repository/:names', (c) => {
    const known = ['master_timeout', openSearch ? 'cluster_manager_timeout' : 'wait_for_completion'];
    const unknown = refuseParameters(c, known, ['repository', 'snapshot']);
    if (unknown) return unknown;
    const repository = repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    if (repository.readOnly) {
      const why = openSearch ? 'cannot delete snapshot from a readonly repository' : 'repository is readonly';
      return failed(500, repositoryException(`[${repository.name}] ${why}`));
    }
    const chosen = chooseSnapshots(engine, repository, c.req.param('names'), dialect);
    if (chosen instanceof Response) return chosen;
    for (const snapshot of chosen) {
      const restore = engine.restores.running.find((each) => each.snapshot.uuid === snapshot.uuid);
      if (restore) {
        const which = `${repository.name}:${snapshot.name}/${snapshot.uuid}`;
        const where = `RestoreInProgress[{${restore.uuid}}{${which}}]`;
        const reason = `[${which}] cannot delete snapshot during a restore in progress in [${where}]`;
        return failed(503, { type: 'concurrent_snapshot_execution_exception', reason });
      }
    }
    for (const snapshot of chosen) {
      const stale = snapshots.delete(snapshot, repository.name);
      if (stale) return lost(repository, snapshot.name, snapshot.uuid, stale, openSearch);
    }
    return json(200, { acknowledged: true });
  });
  return app;

  function refuseName(repository: Repository, name: string): Response | undefined {
    const invalid = `[${repository.name}:${name}] Invalid snapshot name [${name}], `;
    const badName = nameProblem(name, openSearch);
    if (badName !== undefined) {
      return failed(400, { type: 'invalid_snapshot_name_exception', reason: invalid + badName });
    }
    if (repository.readOnly) {
      return failed(500, repositoryException(`[${repository.name}] cannot create snapshot in a readonly repository`));
    }
    const readable = repositories.load(repository, 'write');
    const listed = listSnapshots(engine, repository, dialect);
    if ('unreadable' in readable && listed instanceof Response) return listed;
    const existing = listed instanceof Response ? undefined : listed.find((each) => each.name === name);
    if (!existing) return undefined;
    const is = existing.state === 'IN_PROGRESS' ? 'is already in-progress' : 'already exists';
    const type = openSearch ? 'invalid_snapshot_name_exception' : 'snapshot_name_already_in_use_exception';
    return failed(400, { type, reason: `${invalid}snapshot with the same name ${is}` });
  }
}
