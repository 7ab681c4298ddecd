import { Hono } from 'hono';
import { z } from 'zod';
import type { WebApp } from '../model/web-apps/web-app.ts';
import { json, noContent, parseJson } from './answers.ts';
import { backupBody } from './web-app-routes.ts';

// Written after Optimize's documentation and code: no recording of a real one exists.
const takeRequest = z.object({ backupId: z.int().nonnegative() });

const dialect = { noFailures: [] } as const;

export function optimizeRoutes(app: WebApp, version: string): Hono {
  const routes = new Hono();

  routes.get('/actuator/info', () => json(200, { build: { artifact: 'optimize-backend', name: 'Optimize', version } }));
  routes.get('/actuator/health', () => json(200, { status: 'UP' }));
  routes.post('/actuator/backups', async (c) => {
    const request = takeRequest.safeParse(parseJson(await c.req.text()));
    if (!request.success) return error(400, 'badRequestError', 'A non-negative integer backupId must be provided');
    const { backupId } = request.data;
    const outcome = app.take(backupId);
    if ('scheduled' in outcome) {
      return json(202, {
        message: `Backup creation for ID ${backupId} has been scheduled. Use the GET API to monitor completion of backup process`,
      });
    }
    if (outcome.refused === 'EXISTS') {
      return error(409, 'conflictError', `A backup with ID [${backupId}] already exists.`);
    }
    if (outcome.refused === 'ANOTHER_RUNS') return error(409, 'conflictError', 'Another backup is running');
    return error(400, 'badRequestError', `No repository with name [${app.repository ?? ''}] could be found.`);
  });
  routes.get('/actuator/backups', () =>
    json(
      200,
      app.list().map((backup) => backupBody(backup, dialect)),
    ),
  );
  routes.get('/actuator/backups/:id', (c) => {
    const backup = app.get(Number(c.req.param('id')));
    return backup
      ? json(200, backupBody(backup, dialect))
      : error(404, 'notFoundError', `No Optimize backup with ID [${c.req.param('id')}] could be found.`);
  });
  routes.delete('/actuator/backups/:id', (c) => {
    app.delete(Number(c.req.param('id')));
    return noContent();
  });
  return routes;
}

const error = (status: number, errorCode: string, errorMessage: string): Response =>
  json(status, { errorCode, errorMessage, detailedMessage: errorMessage });
