import { Hono } from 'hono';
import type { ClusterModel } from '../model/cluster-model.ts';
import { json } from './answers.ts';
import { catRoutes } from './search-engine/cat-routes.ts';
import { engineDialect, rootBody } from './search-engine/dialect.ts';
import { illegalArgument } from './search-engine/errors.ts';
import { filtered } from './search-engine/filter-path.ts';
import { healthRoutes } from './search-engine/health-routes.ts';
import { indexRoutes } from './search-engine/index-routes.ts';
import { inventoryRoutes } from './search-engine/inventory-routes.ts';
import { nodeRoutes } from './search-engine/node-routes.ts';
import { recoveryRoutes } from './search-engine/recovery-routes.ts';
import { repositoryRoutes } from './search-engine/repository-routes.ts';
import { restoreRoutes } from './search-engine/restore-routes.ts';
import { searchRoutes } from './search-engine/search-routes.ts';
import { snapshotListRoutes } from './search-engine/snapshot-list-routes.ts';
import { snapshotRoutes } from './search-engine/snapshot-routes.ts';
import { snapshotStatusRoutes } from './search-engine/snapshot-status-routes.ts';

/** The snapshot, index and search API of Elasticsearch 8.16 or OpenSearch 2.19, as far as backup and restore need it. */
export function searchEngineRoutes({ engine, settings, clock, changes }: ClusterModel): Hono {
  const dialect = engineDialect(engine.product, engine.version);
  const openSearch = engine.product === 'opensearch';
  const app = new Hono();
  app.use('*', async (c, next) => {
    // Hono would answer HEAD as GET.
    if (c.req.method === 'HEAD' && /^\/_snapshot\/[^/]+\/[^/]+$/.test(c.req.path)) {
      const allow = openSearch ? 'DELETE,GET,PUT,POST' : 'GET,POST,PUT,DELETE';
      c.res = new Response(null, { status: 405, headers: { allow, 'content-type': dialect.contentType } });
    } else {
      await next();
    }
    const filterPath = c.req.query('filter_path');
    if (filterPath !== undefined && c.res.ok && c.res.headers.get('content-type') === 'application/json') {
      c.res = json(c.res.status, filtered(await c.res.json(), filterPath));
    }
    if (!openSearch) c.res.headers.set('X-elastic-product', 'Elasticsearch');
    if (c.res.headers.get('content-type') === 'application/json') {
      c.res.headers.set('content-type', dialect.contentType);
    }
  });

  app.get('/', () => json(200, rootBody(dialect)));
  app.route('/_snapshot', snapshotStatusRoutes(engine, dialect, engine.now));
  app.route('/_snapshot', repositoryRoutes(engine, dialect, settings.searchEngine.repositoryTypes ?? ['fs', 'url']));
  app.route(
    '/_snapshot',
    restoreRoutes(engine, dialect, () => settings.restoreDurationMs),
  );
  app.route(
    '/_snapshot',
    snapshotRoutes(engine, dialect, () => settings.durations.recordsMs ?? settings.recordSnapshotDurationMs),
  );
  app.route('/_snapshot', snapshotListRoutes(engine, dialect));
  app.route('/', healthRoutes(engine, dialect, { clock, changes }));
  app.route('/', catRoutes(engine, dialect, engine.now));
  app.route('/', inventoryRoutes(engine, settings.searchEngine.lifecyclePolicies ?? false));
  app.route('/', nodeRoutes(engine, dialect, engine.now));
  app.route('/', recoveryRoutes(engine, dialect, engine.now));
  app.route('/', searchRoutes(engine, dialect));
  app.route('/', indexRoutes(engine, dialect));
  app.notFound((c) => illegalArgument(`not known to the simulator: ${c.req.method} ${c.req.path}`));
  return app;
}
