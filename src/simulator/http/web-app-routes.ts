import { Hono } from 'hono';
import { z } from 'zod';
import type { SearchEngine } from '../model/search-engine/search-engine.ts';
import type { WebApp, WebAppBackupView } from '../model/web-apps/web-app.ts';
import { json, noContent, parseJson, springError } from './answers.ts';
import { webAppDialect, type EngineCall, type WebAppDialect } from './web-app-dialects.ts';
import { buildInfo } from './zeebe-routes.ts';

const takeRequest = z.object({
  backupId: z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ]),
});

export function webAppRoutes(app: WebApp, name: 'operate' | 'tasklist', engine: SearchEngine, version: string): Hono {
  const routes = new Hono();
  const dialect = webAppDialect(name, engine.product);

  const repositoryProblem = (call: EngineCall): Response | undefined => {
    const { repository } = app;
    if (repository === undefined) return dialect.notConfigured('No backup repository configured.');
    if (!engine.up) return dialect.engineDown(call, repository);
    if (engine.repositories.has(repository)) return undefined;
    return dialect.noRepository(`No repository with name [${repository}] could be found.`);
  };
  const withId = (path: string, id: string, call: EngineCall, act: (backupId: number) => Response): Response => {
    if (!/^-?\d+$/.test(id)) return dialect.badId(path, id);
    return repositoryProblem(call) ?? act(Number(id));
  };
  const unreadable = ({ parts }: WebAppBackupView): boolean =>
    !dialect.readsRunning && parts.some(({ state }) => state === 'IN_PROGRESS');

  routes.get('/actuator/info', () => json(200, buildInfo(version)));
  routes.get('/actuator/health', () => json(200, { status: 'UP', groups: ['liveness', 'readiness'] }));

  routes.post('/actuator/backups', async (c) => {
    const text = await c.req.text();
    if (text === '') return dialect.noBody(c.req.path);
    const body = parseJson(text);
    const request = takeRequest.safeParse(body);
    if (!request.success) {
      const given = z.object({ backupId: z.unknown() }).safeParse(body).data?.backupId;
      if (given === undefined) return dialect.rejected('BackupId must be provided');
      return dialect.badBody(c.req.path, JSON.stringify(given));
    }
    const { backupId } = request.data;
    if (backupId < 0) return dialect.negativeId(backupId);
    const problem = repositoryProblem('retrieving the repository');
    if (problem) return problem;
    const existing = app.get(backupId);
    if (existing && unreadable(existing)) {
      return dialect.rejected(
        `Exception occurred when validating whether backup with ID [${backupId}] already exists.`,
      );
    }
    const outcome = app.take(backupId);
    if ('scheduled' in outcome) return json(200, { scheduledSnapshots: outcome.scheduled });
    if (outcome.refused === 'EXISTS') {
      const found = outcome.found.map(dialect.nameOf).join(', ');
      return dialect.rejected(`A backup with ID [${backupId}] already exists. Found snapshots: [${found}]`);
    }
    return dialect.rejected('Another backup is running at the moment');
  });
  routes.get('/actuator/backups', () => {
    const problem = repositoryProblem('searching');
    if (problem) return problem;
    const backups = app.list();
    if (backups.some(unreadable)) {
      return dialect.rejected(
        'Exception occurred when searching for backups: No enum constant io.camunda.operate.store.opensearch.response.SnapshotState.IN_PROGRESS',
      );
    }
    return json(
      200,
      backups.map((backup) => backupBody(backup, dialect)),
    );
  });
  routes.get('/actuator/backups/:id', (c) =>
    withId(c.req.path, c.req.param('id'), 'searching', (backupId) => {
      const backup = app.get(backupId);
      if (!backup) return dialect.unknownId(c.req.path, backupId);
      if (unreadable(backup)) {
        return dialect.rejected(`Exception occurred when searching for backup with ID [${backupId}].`);
      }
      return json(200, backupBody(backup, dialect));
    }),
  );
  routes.delete('/actuator/backups/:id', (c) =>
    withId(c.req.path, c.req.param('id'), 'retrieving the repository', (backupId) => {
      app.delete(backupId);
      return noContent();
    }),
  );
  routes.notFound((c) => springError(404, c.req.path));
  return routes;
}

export function backupBody(
  { backupId, state, failureReason, parts }: WebAppBackupView,
  { noFailures }: Pick<WebAppDialect, 'noFailures'>,
): object {
  return {
    backupId,
    state,
    failureReason,
    details: parts.map((part) => ({
      snapshotName: part.name,
      state: part.state,
      startTime: new Date(part.startedAt).toISOString().replace('Z', '+0000'),
      failures:
        part.failures.length === 0
          ? noFailures
          : part.failures.map(({ index, shard, reason }) => `[${index}][${shard}] ${reason}`),
    })),
  };
}
