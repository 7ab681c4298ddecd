import { Hono } from 'hono';
import { z } from 'zod';
import type { SearchEngine } from '../model/search-engine.ts';
import type { WebApp, WebAppBackupView } from '../model/web-app.ts';
import { json, noContent, parseJson, springError, webAppError } from './answers.ts';
import { buildInfo } from './zeebe-routes.ts';

/** What Operate and Tasklist answer in each situation: the same acts under different statuses and bodies. */
interface Dialect {
  readonly negativeId: (id: number) => Response;
  readonly badId: (path: string, id: string) => Response;
  readonly badBody: (path: string, text: string) => Response;
  readonly noBody: (path: string) => Response;
  readonly unknownId: (path: string) => Response;
  readonly rejected: (message: string) => Response;
  readonly noRepository: (message: string) => Response;
  readonly notConfigured: (message: string) => Response;
}

const invalid = (message: string | null): Response => webAppError(400, message, 'Invalid request');

// Operate 8.6.0 answers 400 "Invalid request" to everything, Tasklist 8.6.0 statuses of all kinds (with Elasticsearch).
const dialects: Readonly<Record<'operate' | 'tasklist', Dialect>> = {
  operate: {
    negativeId: (id) => invalid(`BackupId must be a non-negative Integer. Received value: ${id}`),
    badId: (_, id) =>
      invalid(
        `Failed to convert value of type 'java.lang.String' to required type 'java.lang.Long'; For input string: "${id}"`,
      ),
    badBody: (_, text) =>
      invalid(
        `JSON parse error: Cannot deserialize value of type \`java.lang.Long\` from String ${text}: not a valid \`java.lang.Long\` value`,
      ),
    noBody: () =>
      invalid(
        'Required request body is missing: public TakeBackupResponseDto BackupController.takeBackup(TakeBackupRequestDto)',
      ),
    unknownId: () => invalid('Index 0 out of bounds for length 0'),
    rejected: invalid,
    noRepository: invalid,
    notConfigured: invalid,
  },
  tasklist: {
    negativeId: (id) => webAppError(400, `BackupId must be a non-negative Long. Received value: ${id}`),
    badId: (path) => springError(400, path),
    badBody: (path) => springError(400, path),
    noBody: (path) => springError(400, path),
    unknownId: (path) => springError(500, path),
    rejected: (message) => webAppError(400, message),
    noRepository: (message) => json(500, { status: 500, message, instance: null }),
    notConfigured: (message) => webAppError(404, message),
  },
};

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
  const dialect = dialects[name];

  const repositoryProblem = (): Response | undefined => {
    const { repository } = app;
    if (repository === undefined) return dialect.notConfigured('No backup repository configured.');
    if (engine.repositories.has(repository)) return undefined;
    return dialect.noRepository(`No repository with name [${repository}] could be found.`);
  };
  const withId = (path: string, id: string, act: (backupId: number) => Response): Response => {
    if (!/^-?\d+$/.test(id)) return dialect.badId(path, id);
    return repositoryProblem() ?? act(Number(id));
  };

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
    const problem = repositoryProblem();
    if (problem) return problem;
    const outcome = app.take(backupId);
    if ('scheduled' in outcome) return json(200, { scheduledSnapshots: outcome.scheduled });
    if (outcome.refused === 'EXISTS') {
      const found = outcome.found.map((snapshot) => `${snapshot.name}/${snapshot.uuid}`).join(', ');
      return dialect.rejected(`A backup with ID [${backupId}] already exists. Found snapshots: [${found}]`);
    }
    return dialect.rejected('Another backup is running at the moment');
  });
  routes.get('/actuator/backups', () => repositoryProblem() ?? json(200, app.list().map(backupBody)));
  routes.get('/actuator/backups/:id', (c) =>
    withId(c.req.path, c.req.param('id'), (backupId) => {
      const backup = app.get(backupId);
      return backup ? json(200, backupBody(backup)) : dialect.unknownId(c.req.path);
    }),
  );
  routes.delete('/actuator/backups/:id', (c) =>
    withId(c.req.path, c.req.param('id'), (backupId) => {
      app.delete(backupId);
      return noContent();
    }),
  );
  routes.notFound((c) => springError(404, c.req.path));
  return routes;
}

export function backupBody({ backupId, state, failureReason, parts }: WebAppBackupView): object {
  return {
    backupId,
    state,
    failureReason,
    details: parts.map((part) => ({
      snapshotName: part.name,
      state: part.state,
      startTime: new Date(part.startedAt).toISOString().replace('Z', '+0000'),
      failures: part.failedIndices.map((index) => `[${index}][0] primary shard is not allocated`),
    })),
  };
}
