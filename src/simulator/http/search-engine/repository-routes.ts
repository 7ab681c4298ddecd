import { Hono } from 'hono';
import { z } from 'zod';
import { matchNames } from '../../model/search-engine/index-names.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json, parseJson } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, illegalArgument, noSuchRepository, repositoryException, unreadableRepository } from './errors.ts';
import { isTrue } from './parameters.ts';

const repositoryRequest = z.object({ type: z.string(), settings: z.record(z.string(), z.unknown()).default({}) });

/** `path.repo`: where repositories in the file system may lie. */
const pathRepo = '/srv';

export function repositoryRoutes(engine: SearchEngine, dialect: EngineDialect, types: readonly string[]): Hono {
  const app = new Hono();
  const { repositories } = engine;
  const openSearch = dialect.product === 'opensearch';
  const nodes = { nodes: { [dialect.nodeId]: { name: dialect.nodeName } } };

  const body = ({ type, settings, place }: Repository): object => ({
    type,
    // Elasticsearch writes an identity into the root index, and shows it once it has read one.
    ...(openSearch || place.uuid === undefined ? {} : { uuid: place.uuid }),
    settings,
  });
  const bodies = (names: readonly string[]): object =>
    Object.fromEntries(
      names.flatMap((name) => [repositories.get(name)].flatMap((each) => (each ? [[name, body(each)]] : []))),
    );

  /** Whether a snapshot is written through it or restored from it. */
  const inUse = (name: string): boolean =>
    [...engine.snapshots.running, ...engine.restores.running].some(({ repository }) => repository === name);
  const refuseInUse = (name: string): Response => {
    const reason = 'trying to modify or unregister repository that is currently used';
    if (openSearch) return failed(500, { type: 'illegal_state_exception', reason });
    const why = `[${name}] ${reason} (snapshot is in progress)`;
    return failed(409, { type: 'repository_conflict_exception', reason: why });
  };

  app.get('/', () => json(200, bodies([...repositories.all.keys()])));
  app.get('/:repository', (c) => {
    const { matched, missing } = matchNames(c.req.param('repository'), [...repositories.all.keys()]);
    return missing === undefined ? json(200, bodies(matched)) : noSuchRepository(missing);
  });

  app.on(['PUT', 'POST'], '/:repository', async (c) => {
    const name = c.req.param('repository');
    const request = repositoryRequest.safeParse(parseJson(await c.req.text()));
    if (!request.success) return illegalArgument('Malformed content of the repository');
    const { type, settings } = request.data;
    const problem = nameProblem(name, openSearch) ?? typeProblem(name, type, settings, types);
    if (problem) return problem;
    const place = repositories.placeOf(type, settings);
    if (inUse(name)) {
      // Elasticsearch takes new limits for the same place while a snapshot runs.
      if (openSearch || repositories.get(name)?.place !== place) return refuseInUse(name);
    }
    const verifies = isTrue(c.req.query('verify'), true);
    if (verifies && !place.writable) {
      // OpenSearch registers first and verifies then.
      if (openSearch) repositories.set(name, { type, settings });
      return notAccessible(name, place.path, dialect);
    }
    const repository = repositories.set(name, { type, settings });
    // Elasticsearch reads the root index at once; the repository stays registered even when it cannot.
    const loaded = openSearch || !verifies ? undefined : repositories.load(repository, 'read');
    if (loaded && 'unreadable' in loaded) return unreadableRepository(repository, loaded.unreadable, dialect);
    return json(200, { acknowledged: true });
  });

  app.delete('/:repository', (c) => {
    const { matched, missing } = matchNames(c.req.param('repository'), [...repositories.all.keys()]);
    if (missing !== undefined) return noSuchRepository(missing);
    const used = matched.find(inUse);
    if (used !== undefined) return refuseInUse(used);
    for (const name of matched) repositories.delete(name);
    return json(200, { acknowledged: true });
  });

  app.post('/:repository/_verify', (c) => {
    const repository = repositories.get(c.req.param('repository'));
    if (!repository) return noSuchRepository(c.req.param('repository'));
    const { name, place, readOnly } = repository;
    return readOnly || place.writable ? json(200, nodes) : notAccessible(name, place.path, dialect);
  });
  app.post('/:repository/_cleanup', (c) => {
    const name = c.req.param('repository');
    return repositories.has(name)
      ? json(200, { results: { deleted_bytes: 0, deleted_blobs: 0 } })
      : noSuchRepository(name);
  });
  return app;
}

/** The two list the same characters in their own ways. */
export const forbiddenCharacters = (openSearch: boolean): string =>
  openSearch ? String.raw`[ , ", *, \, <, |, ,, >, /, ?]` : String.raw`['>','|',',','/','\',' ','"','<','*','?']`;

function nameProblem(name: string, openSearch: boolean): Response | undefined {
  if (name.includes('#')) return failed(500, repositoryException(`[${name}] must not contain '#'`));
  if (!/[>|,/\\ "<*?]/.test(name)) return undefined;
  const characters = forbiddenCharacters(openSearch);
  return failed(500, repositoryException(`[${name}] must not contain the following characters ${characters}`));
}

function typeProblem(
  name: string,
  type: string,
  settings: Readonly<Record<string, unknown>>,
  types: readonly string[],
): Response | undefined {
  if (!types.includes(type)) {
    return failed(500, repositoryException(`[${name}] repository type [${type}] does not exist`));
  }
  if (type !== 'fs') return undefined;
  const { location } = settings;
  const isOutside =
    typeof location === 'string' && location.startsWith('/') && !`${location}/`.startsWith(`${pathRepo}/`);
  if (typeof location === 'string' && !isOutside) return undefined;
  const cause = repositoryException(
    isOutside
      ? `[${name}] location [${location}] doesn't match any of the locations specified by path.repo`
      : `[${name}] missing location`,
  );
  return failed(500, { ...repositoryException(`[${name}] failed to create repository`), caused_by: cause }, cause);
}

function notAccessible(name: string, path: string, { masterNode }: EngineDialect): Response {
  const cause = { type: 'exception', reason: 'failed to create blob container' };
  const denied = { type: 'access_denied_exception', reason: `${path}/tests-qNnqCRKaSbyH2iBkLIZ5JQ` };
  const reason = `[${name}] path  is not accessible on ${masterNode} node`;
  return failed(
    500,
    { type: 'repository_verification_exception', reason, caused_by: { ...cause, caused_by: denied } },
    cause,
  );
}
