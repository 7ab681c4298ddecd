import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { json, noContent, parseJson } from '../http/answers.ts';
import { LiveOptionsSchema } from '../option-schemas.ts';
import { readInput } from '../problems.ts';
import type { Simulator } from '../simulator.ts';
import { acts, perform } from './acts.ts';
import type { Clusters } from './clusters.ts';
import { addFault } from './fault-requests.ts';
import { views } from './views.ts';

const addRequest = z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()).default({}) });
const cursor = z.strictObject({
  after: z.coerce.number().int().nonnegative(),
  limit: z.coerce.number().int().positive(),
});

/** The control API over any number of clusters. */
export function controlRoutes(simulation: Clusters): Hono {
  const app = new Hono();
  const { clusters } = simulation;

  app.get('/', () => json(200, description()));
  app.get('/cluster-file', () => json(200, simulation.clusterFile()));
  app.get('/clusters', () =>
    json(
      200,
      [...clusters].map(([name, simulator]) => summary(name, simulator)),
    ),
  );
  app.post('/clusters', async (c) => {
    const read = readInput(addRequest, await bodyOf(c), 'body');
    if ('problems' in read) throw new InvalidInputError(read.problems);
    const { name, options } = read.data;
    return json(201, summary(name, await simulation.add(name, options)));
  });
  app.get('/clusters/:name', (c) => withCluster(c, (simulator, name) => json(200, summary(name, simulator))));
  app.delete('/clusters/:name', (c) =>
    withCluster(c, async (_, name) => {
      await simulation.remove(name);
      return noContent();
    }),
  );

  app.get('/clusters/:name/calls', (c) =>
    withCluster(c, ({ calls }) => {
      const read = readInput(cursor, { after: 0, limit: 1_000, ...c.req.query() }, 'query');
      if ('problems' in read) throw new InvalidInputError(read.problems);
      const { after, limit } = read.data;
      const page = calls.slice(after, after + limit);
      return json(200, { calls: page, next: after + page.length });
    }),
  );
  app.patch('/clusters/:name/settings', (c) =>
    withCluster(c, async (simulator) => {
      const read = readInput(LiveOptionsSchema, await bodyOf(c), 'body');
      if ('problems' in read) throw new InvalidInputError(read.problems);
      simulator.change(read.data);
      return json(200, simulator.settings);
    }),
  );
  app.post('/clusters/:name/faults', (c) =>
    withCluster(c, async (simulator) => json(201, addFault(simulator, await bodyOf(c)))),
  );
  app.on(['DELETE', 'POST'], ['/clusters/:name/faults/:id', '/clusters/:name/faults/:id/release'], (c) =>
    withCluster(c, ({ faults }) => {
      const { id } = c.req.param();
      const found = faults.find(({ handle }) => handle.id === id);
      if (!found)
        return missing(
          'fault',
          id,
          faults.map(({ handle }) => handle.id),
        );
      if (c.req.method === 'DELETE') found.handle.remove();
      else found.handle.release();
      return noContent();
    }),
  );
  app.post('/clusters/:name/acts/:act', (c) =>
    withCluster(c, async (simulator) => {
      const { act } = c.req.param();
      if (!acts.has(act)) return missing('act', act, [...acts.keys()]);
      const result = await perform(simulator, act, await bodyOf(c));
      return result === undefined ? noContent() : json(200, result);
    }),
  );
  app.get('/clusters/:name/:view', (c) =>
    withCluster(c, (simulator) => {
      const name = c.req.param('view');
      const view = views.get(name);
      return view ? json(200, view.read(simulator)) : missing('view', name, ['calls', ...views.keys()]);
    }),
  );

  app.notFound((c) => missing('path', `${c.req.method} ${c.req.path}`, ['GET / tells what there is']));
  app.onError((error) => {
    if (error instanceof InvalidInputError) return json(400, { message: error.message, problems: error.problems });
    if (error instanceof RefusedError) return json(409, { message: error.message });
    return json(500, { message: error.stack ?? error.message });
  });

  function withCluster(
    c: Context,
    answer: (simulator: Simulator, name: string) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const name = c.req.param('name') ?? '';
    const simulator = clusters.get(name);
    return simulator ? answer(simulator, name) : missing('cluster', name, [...clusters.keys()]);
  }
  return app;
}

const missing = (what: string, value: string, allowed: readonly string[]): Response =>
  json(404, { message: `There is no ${what} ${value}; there are: ${allowed.join(', ') || 'none'}` });

async function bodyOf(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') return {};
  const body = parseJson(text);
  if (body === undefined) throw new InvalidInputError([{ where: 'body', value: text.slice(0, 200), allowed: 'JSON' }]);
  return body;
}

const summary = (name: string, { urls, repository, settings, components, apps }: Simulator): object => ({
  name,
  version: settings.version,
  urls,
  repository,
  components,
  apps,
});

const description = (): object => ({
  paths: {
    'GET /clusters': 'the clusters with their addresses',
    'POST /clusters': 'adds a cluster: {name, options}',
    'DELETE /clusters/<name>': 'removes a cluster',
    'GET /cluster-file': 'a cluster file for a worker (JSON, which is YAML too)',
    'GET /clusters/<name>/<view>': 'reads what is true in a cluster',
    'GET /clusters/<name>/calls?after=&limit=': 'the calls to its components; `next` is the cursor for more',
    'PATCH /clusters/<name>/settings': 'changes durations, rates and sizes',
    'POST /clusters/<name>/faults': 'adds a fault: {match, fault, times}',
    'DELETE /clusters/<name>/faults/<id>': 'removes a fault',
    'POST /clusters/<name>/faults/<id>/release': 'lets go the calls that a fault holds',
    'POST /clusters/<name>/acts/<act>': 'does something to a cluster',
  },
  views: Object.fromEntries([...views].map(([name, { shows }]) => [name, shows])),
  acts: Object.fromEntries(
    [...acts].map(([name, { does, body }]) => [name, { does, body: z.toJSONSchema(body, { io: 'input' }) }]),
  ),
});
