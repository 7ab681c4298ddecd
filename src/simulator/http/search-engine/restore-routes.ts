import { Hono } from 'hono';
import { z } from 'zod';
import { damageOf } from '../../model/search-engine/damage.ts';
import type { EngineSnapshot } from '../../model/search-engine/engine-snapshot.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json, parseJson } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, illegalArgument, missingFile, noSuchRepository } from './errors.ts';
import { unreadableSnapshots } from './snapshot-bodies.ts';
import { indicesWithin, listSnapshots } from './snapshot-choice.ts';

const indexList = z.union([z.string(), z.array(z.string()).transform((names) => names.join(','))]);
const replicas = z.object({ 'index.number_of_replicas': z.coerce.number().int() }).partial();
const known = {
  indices: indexList.default('_all'),
  ignore_unavailable: z.boolean().default(false),
  include_global_state: z.boolean().default(false),
  include_aliases: z.boolean().default(true),
  partial: z.boolean().default(false),
  rename_pattern: z.string().optional(),
  rename_replacement: z.string().optional(),
  index_settings: replicas.default({}),
  ignore_index_settings: z.union([z.string(), z.array(z.string())]).optional(),
  allow_no_indices: z.boolean().optional(),
  expand_wildcards: z.union([z.string(), z.array(z.string())]).optional(),
};
const restoreRequest = z.object(known);
type RestoreBody = z.infer<typeof restoreRequest>;

/** `POST /_snapshot/<repository>/<snapshot>/_restore`. */
export function restoreRoutes(engine: SearchEngine, dialect: EngineDialect, durationMs: () => number): Hono {
  const app = new Hono();
  const keys = [...Object.keys(known), ...(dialect.product === 'opensearch' ? ofOpenSearch : ofElasticsearch)];

  app.post('/:repository/:name/_restore', async (c) => {
    const name = c.req.param('name');
    const text = await c.req.text();
    const body = text === '' ? {} : parseJson(text);
    if (body === null || typeof body !== 'object') return illegalArgument('malformed restore request');
    const unknown = Object.keys(body).find((key) => !keys.includes(key));
    if (unknown !== undefined) return illegalArgument(`Unknown parameter ${unknown}`);
    const request = restoreRequest.safeParse(body);
    if (!request.success) return illegalArgument(z.prettifyError(request.error).replaceAll('\n', ' '));

    const repository = engine.repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    const listed = listSnapshots(engine, repository, dialect);
    if (listed instanceof Response) return listed;
    const snapshot = listed.find((each) => each.name === name);
    // Not a 404, and one that runs does not exist either.
    if (!snapshot || snapshot.state === 'IN_PROGRESS') {
      return refused(`[${repository.name}:${name}] snapshot does not exist`);
    }
    const plan = planned(engine, repository, snapshot, request.data, dialect);
    if (plan instanceof Response) return plan;

    let finish: (answer: Response) => void = () => undefined;
    const answer = new Promise<Response>((resolve) => (finish = resolve));
    engine.restores.start(
      {
        repository,
        snapshot,
        indices: plan,
        includeAliases: request.data.include_aliases,
        replicas: request.data.index_settings['index.number_of_replicas'],
        durationMs: durationMs(),
      },
      // HTTP 200 whatever became of the shards.
      ({ total, failed: lost }) => {
        const shards = { total, failed: lost, successful: total - lost };
        finish(json(200, { snapshot: { snapshot: name, indices: plan.map(({ to }) => to), shards } }));
      },
    );
    return c.req.query('wait_for_completion') === 'true' ? answer : json(200, { accepted: true });
  });
  return app;
}

const ofElasticsearch = ['feature_states', 'quiet'];
const ofOpenSearch = [
  'rename_alias_pattern',
  'rename_alias_replacement',
  'storage_type',
  'source_remote_store_repository',
];

const refused = (reason: string): Response => failed(500, { type: 'snapshot_restore_exception', reason });

/** Which index comes back under which name; everything that speaks against it is found before anything happens. */
function planned(
  engine: SearchEngine,
  repository: Repository,
  snapshot: EngineSnapshot,
  body: RestoreBody,
  dialect: EngineDialect,
): readonly { readonly from: string; readonly to: string }[] | Response {
  const short = `[${repository.name}:${snapshot.name}]`;
  const which = `[${repository.name}:${snapshot.name}/${snapshot.uuid}]`;
  const unreadable = unreadableSnapshots(repository, [snapshot], dialect);
  if (unreadable) return unreadable;
  if (snapshot.state === 'FAILED') return refused(`${which} unsupported snapshot state [FAILED]`);
  if (body.include_global_state && !snapshot.includeGlobalState && dialect.product === 'elasticsearch') {
    return refused(`${which} cannot restore global state since the snapshot was created without global state`);
  }
  const within = indicesWithin(snapshot, body.indices, body.ignore_unavailable);
  if ('missing' in within) return notInSnapshot(within.missing);
  const failedIndices = new Set(snapshot.failures.map(({ index }) => index));
  const failedOne = within.names.find((name) => failedIndices.has(name));
  if (failedOne !== undefined && !body.partial) {
    return refused(`${which} index [${failedOne}] wasn't fully snapshotted - cannot restore`);
  }
  if (damageOf(repository.place, snapshot).indexMetadata && within.names.length > 0) {
    return failed(
      404,
      missingFile(repository, snapshot, 'indices/MfWWxLaCRJC3SmvxFYr39Q/meta-79Lp-6EB2z8yN0K7rpGW.dat'),
    );
  }
  const rename = renaming(body);
  if (!rename) return illegalArgument(`rename_pattern [${body.rename_pattern}] is no regular expression`);
  const plan = within.names.map((from) => ({ from, to: rename(from) }));
  for (const [at, { from, to }] of plan.entries()) {
    const other = plan.slice(0, at).find((each) => each.to === to);
    if (other) return refused(`${short} indices [${from}] and [${other.from}] are renamed into the same index [${to}]`);
  }
  for (const { from, to } of plan) {
    const existing = engine.indices.all.get(to);
    if (!existing) continue;
    if (!existing.closed) {
      return refused(
        `${which} cannot restore index [${to}] because an open index with same name already exists in the cluster. ` +
          'Either close or delete the existing index or restore the index under a different name by providing a ' +
          'rename pattern and replacement name',
      );
    }
    const [has, needs] = [existing.shards.length, snapshot.copies.get(from)?.shards ?? 1];
    if (has !== needs) {
      return refused(
        `${which} cannot restore index [${to}] with [${has}] shards from a snapshot of index [${from}] with [${needs}] shards`,
      );
    }
  }
  return plan;
}

/** As Java's `replaceAll`; undefined when the pattern cannot be read. */
function renaming({ rename_pattern: pattern, rename_replacement: replacement }: RestoreBody) {
  if (pattern === undefined || replacement === undefined) return (name: string) => name;
  try {
    const regex = new RegExp(pattern, 'g');
    return (name: string) => name.replaceAll(regex, replacement);
  } catch {
    return undefined;
  }
}

/** Without the kind of resource, unlike everywhere else. */
const notInSnapshot = (index: string): Response =>
  failed(404, { type: 'index_not_found_exception', reason: `no such index [${index}]`, index_uuid: '_na_', index });
