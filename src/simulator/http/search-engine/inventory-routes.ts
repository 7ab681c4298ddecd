import { Hono } from 'hono';
import { z } from 'zod';
import type { Index } from '../../model/search-engine/indices.ts';
import { countDocuments } from '../../model/search-engine/record-search.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { operationsIn, sizeOf } from '../../model/search-engine/sizes.ts';
import { json } from '../answers.ts';
import { illegalArgument } from './errors.ts';
import { indicesOf } from './index-choice.ts';

type Json = Readonly<Record<string, unknown>>;
const anyJson = z.record(z.string(), z.unknown());

/** Aliases, statistics by shard, templates and lifecycle policies. */
export function inventoryRoutes(engine: SearchEngine, knowsPolicies: boolean): Hono {
  const app = new Hono();
  const { definitions } = engine;

  app.get('/:indices/_alias', (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    return json(200, Object.fromEntries(chosen.map((index) => [index.name, { aliases: aliasesOf(index) }])));
  });

  app.get('/:indices/_stats/:metrics', (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    if (c.req.query('level') !== 'shards') return illegalArgument('the simulator tells statistics by shard only');
    const shards = chosen.reduce((sum, index) => sum + index.shards.length, 0);
    return json(200, {
      _shards: { total: shards, successful: shards, failed: 0 },
      _all: { primaries: {}, total: {} },
      indices: Object.fromEntries(chosen.map((index) => [index.name, statisticsOf(index)])),
    });
  });

  const lists = [
    { path: '/_index_template', list: 'index_templates', item: 'index_template', all: definitions.indexTemplates },
    {
      path: '/_component_template',
      list: 'component_templates',
      item: 'component_template',
      all: definitions.componentTemplates,
    },
  ];
  for (const { path, list, item, all } of lists) {
    app.get(path, () => json(200, { [list]: [...all].map(([name, definition]) => ({ name, [item]: definition })) }));
    app.put(`${path}/:name`, async (c) => {
      all.set(c.req.param('name'), anyJson.parse(await c.req.json()));
      return json(200, { acknowledged: true });
    });
  }
  app.get('/_template', () => json(200, Object.fromEntries(definitions.legacyTemplates)));
  app.put('/_template/:name', async (c) => {
    definitions.legacyTemplates.set(c.req.param('name'), anyJson.parse(await c.req.json()));
    return json(200, { acknowledged: true });
  });
  return engine.product === 'elasticsearch' ? withIlm(app) : withIsm(app, knowsPolicies);

  /** Recorded without the feature only; with it, as its reference pages say. */
  function withIlm(to: Hono): Hono {
    const policy = (definition: Json) => ({ version: 1, modified_date: '2026-11-21T10:00:00.000Z', ...definition });
    to.get('/_ilm/policy', (c) =>
      knowsPolicies
        ? json(200, Object.fromEntries([...definitions.policies].map(([name, each]) => [name, policy(each)])))
        : json(405, {
            error: `Incorrect HTTP method for uri [${c.req.path}] and method [GET], allowed: [POST]`,
            status: 405,
          }),
    );
    to.put('/_ilm/policy/:name', async (c) => {
      definitions.policies.set(c.req.param('name'), anyJson.parse(await c.req.json()));
      return json(200, { acknowledged: true });
    });
    return withIsm(to, false);
  }

  /** Recorded on Elasticsearch, which has no such plugin. */
  function withIsm(to: Hono, known: boolean): Hono {
    to.get('/_plugins/_ism/policies', (c) => {
      if (!known) return json(400, { error: `no handler found for uri [${c.req.path}] and method [GET]` });
      const [size, from] = [Number(c.req.query('size') ?? 20), Number(c.req.query('from') ?? 0)];
      const all = [...definitions.policies].map(([_id, definition]) => ({
        _id,
        _seq_no: 0,
        _primary_term: 1,
        ...definition,
      }));
      return json(200, { policies: all.slice(from, from + size), total_policies: all.length });
    });
    to.put('/_plugins/_ism/policies/:name', async (c) => {
      definitions.policies.set(c.req.param('name'), anyJson.parse(await c.req.json()));
      return json(201, { _id: c.req.param('name') });
    });
    return to;
  }

  function statisticsOf(index: Index): Json {
    const documents = countDocuments(index, engine.findLog);
    const operations = Math.max(documents, operationsIn(index.content));
    const share = (all: number, at: number): number =>
      Math.floor(all / index.shards.length) + (at < all % index.shards.length ? 1 : 0);
    return {
      uuid: index.uuid,
      status: index.closed ? 'close' : 'open',
      primaries: { docs: { count: documents }, store: { size_in_bytes: sizeOf(index.content).bytes } },
      shards: Object.fromEntries(
        index.shards.map((_, at) => [
          String(at),
          [
            {
              routing: { primary: true },
              docs: { count: share(documents, at) },
              seq_no: { max_seq_no: share(operations, at) - 1 },
            },
          ],
        ]),
      ),
    };
  }
}

/** Operate and Tasklist 8.6.0 make theirs with the name of the index, and so. */
const aliasesOf = ({ name, aliases }: Index): Json =>
  Object.fromEntries(aliases.map((alias) => [alias, alias === `${name}alias` ? { is_write_index: false } : {}]));
