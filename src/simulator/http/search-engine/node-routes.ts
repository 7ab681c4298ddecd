import { Hono } from 'hono';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { sizeOf } from '../../model/search-engine/sizes.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';

const diskBytes = 64 * 2 ** 30;

/** The nodes' disks, as Elasticsearch 8.16.1 tells them; and the policies that take snapshots: there are none. */
export function nodeRoutes(engine: SearchEngine, dialect: EngineDialect, now: () => number): Hono {
  const app = new Hono();
  app.get('/_nodes/stats/fs', () => {
    const used = [...engine.indices.all.values()].reduce((sum, { content }) => sum + sizeOf(content).bytes, 0);
    const free = Math.max(diskBytes - used, 0);
    const total = { total_in_bytes: diskBytes, free_in_bytes: free, available_in_bytes: free };
    const node = {
      timestamp: now(),
      name: dialect.nodeName,
      roles: ['data', 'ingest', dialect.product === 'opensearch' ? 'cluster_manager' : 'master'],
      fs: { timestamp: now(), total },
    };
    return json(200, {
      _nodes: { total: 1, successful: 1, failed: 0 },
      cluster_name: dialect.clusterName,
      nodes: { [dialect.nodeId]: node },
    });
  });
  // Recorded on both engines: without its plugin OpenSearch answers this as Elasticsearch always does.
  app.get('/_plugins/_sm/policies', (c) =>
    json(400, { error: `no handler found for uri [${c.req.path}] and method [GET]` }),
  );
  if (dialect.product === 'elasticsearch') app.get('/_slm/policy', () => json(200, {}));
  return app;
}
