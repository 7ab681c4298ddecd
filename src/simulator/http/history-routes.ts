import { Hono } from 'hono';
import { z } from 'zod';
import { indicesOfParts } from '../model/web-apps/web-app-indices.ts';
import type { SearchEngine } from '../model/search-engine/search-engine.ts';
import type { WebApp, WebAppBackupView } from '../model/web-apps/web-app.ts';
import { json, messageError, noContent, parseJson, springError } from './answers.ts';
import { backupBody } from './web-app-routes.ts';

/** For so long a backup whose next part has not begun is still IN_PROGRESS: 8.8's `incompleteCheckTimeoutInSeconds`. */
const incompleteAfterMs = 300_000;

const takeRequest = z.object({
  backupId: z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ]),
});

/**
 * `/actuator/backupHistory` of the web applications of 8.8, to be mounted there. Written after Camunda's source and documents: no recording
 * of a real one exists.
 */
export function historyRoutes(app: WebApp, engine: SearchEngine, now: () => number): Hono {
  const routes = new Hono();
  const product = engine.product === 'opensearch' ? 'OpenSearch' : 'Elasticsearch';

  /** `lookup` is the one call in which a missing repository is an error of no kind. */
  const repositoryProblem = (call: 'lookup' | 'other'): Response | undefined => {
    const { repository } = app;
    if (repository === undefined) return messageError(400, 'No backup repository configured.');
    if (!engine.up) {
      const what =
        call === 'lookup'
          ? `searching for snapshots. Repository name: [${repository}].`
          : `retrieving repository with name [${repository}].`;
      return messageError(502, `Encountered an error connecting to ${product} while ${what}`);
    }
    if (engine.repositories.has(repository)) return undefined;
    return messageError(call === 'lookup' ? 500 : 404, `No repository with name [${repository}] could be found.`);
  };
  const withId = (path: string, id: string, call: 'lookup' | 'other', act: (id: number) => Response): Response => {
    if (!/^-?\d+$/.test(id)) return springError(400, path);
    return idProblem(Number(id)) ?? repositoryProblem(call) ?? act(Number(id));
  };

  routes.post('/', async (c) => {
    const request = takeRequest.safeParse(parseJson(await c.req.text()));
    if (!request.success) return springError(400, c.req.path);
    const { backupId } = request.data;
    const problem = idProblem(backupId) ?? repositoryProblem('other');
    if (problem) return problem;
    const missing = indicesOfParts.webapps.flat().filter((index) => !engine.indices.all.has(index));
    if (missing.length > 0) return messageError(500, `Missing required indices: [${missing.join(', ')}]`);
    const outcome = app.take(backupId);
    if ('scheduled' in outcome) return json(200, { scheduledSnapshots: outcome.scheduled });
    if (outcome.refused !== 'EXISTS') return messageError(400, 'Another backup is running at the moment');
    const found = outcome.found.map(({ name }) => name).join(', ');
    return messageError(400, `A backup with ID [${backupId}] already exists. Found snapshots: [${found}]`);
  });
  routes.get('/', () => {
    const problem = repositoryProblem('lookup');
    return (
      problem ??
      json(
        200,
        app.list().map((backup) => body(backup, now())),
      )
    );
  });
  routes.get('/:id', (c) =>
    withId(c.req.path, c.req.param('id'), 'lookup', (backupId) => {
      const backup = app.get(backupId);
      return backup ? json(200, body(backup, now())) : messageError(404, `No backup with id [${backupId}] found.`);
    }),
  );
  routes.delete('/:id', (c) =>
    withId(c.req.path, c.req.param('id'), 'other', (backupId) => {
      if (app.get(backupId) === undefined) {
        return messageError(404, `Expected to find backup with ID '${backupId}', but no metadata for it found`);
      }
      app.delete(backupId);
      return noContent();
    }),
  );
  return routes;
}

const idProblem = (id: number): Response | undefined =>
  id > 0 ? undefined : messageError(400, `BackupId must be a non-negative Integer. Received value: ${id}`);

function body(backup: WebAppBackupView, now: number): object {
  const { state, parts } = backup;
  const lastMoveAt = Math.max(...parts.map(({ startedAt, endedAt }) => endedAt ?? startedAt));
  const waits = state === 'INCOMPLETE' && now - lastMoveAt < incompleteAfterMs;
  return backupBody({ ...backup, state: waits ? 'IN_PROGRESS' : state }, { noFailures: null });
}
