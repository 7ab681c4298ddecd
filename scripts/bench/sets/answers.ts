import { z } from 'zod';
import { startListener, type Listener } from '../../../src/simulator/http/listener.ts';
import { under, type TakenSet } from './taken-set.ts';

/** What Camunda and its search engine tell of thousands of sets; each on a port of its own. */
export interface Answering {
  readonly urls: Readonly<Record<'gateway' | 'operate' | 'tasklist' | 'optimize' | 'engine', string>>;
  close(): Promise<void>;
}

const servers = ['gateway', 'operate', 'tasklist', 'optimize', 'engine'] as const;

/**
 * The lists are the simulated cluster's answer about its one set, under each of the IDs; everything else the cluster answers itself. Made
 * before anything is measured, so that both processors are for who asks and for the store.
 */
export async function startAnswering(taken: TakenSet, ids: readonly number[]): Promise<Answering> {
  const truth = async (server: (typeof servers)[number], path: string): Promise<string> => {
    const { body } = (await taken.world.servers[server]?.send({ method: 'GET', path })) ?? {};
    return JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  };
  const lists = new Map<string, string>();
  for (const server of ['gateway', 'operate', 'tasklist', 'optimize'] as const) {
    const [one = ''] = elementsOf(await truth(server, '/actuator/backups'));
    lists.set(`${server} /actuator/backups`, `[${ids.map((id) => under(one, taken, id)).join(',')}]`);
  }
  const { snapshots } = Snapshots.parse(JSON.parse(await truth('engine', '/_snapshot/camunda/_all')));
  const full = snapshots.map((snapshot) => JSON.stringify(snapshot)).join(',');
  const names = snapshots.map(({ snapshot, state }) => JSON.stringify({ snapshot, state })).join(',');
  const total = snapshots.length * ids.length;
  lists.set(
    'engine /_snapshot/camunda/_all',
    `{"snapshots":[${ids.map((id) => under(names, taken, id)).join(',')}],"total":${total}}`,
  );
  const known = new Set(ids);

  const answer = async (server: (typeof servers)[number], request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const list = lists.get(`${server} ${pathname}`);
    if (list !== undefined) return json(list);
    const asked = [...decodeURIComponent(pathname).matchAll(/camunda_zeebe_records_backup_(\d+)/g)].map(([, id]) =>
      Number(id),
    );
    if (asked.length > 0 && !pathname.endsWith('/_status')) {
      const found = asked.filter((id) => known.has(id));
      return json(
        `{"snapshots":[${found.map((id) => under(full, taken, id)).join(',')}],"total":${found.length * snapshots.length}}`,
      );
    }
    return json(await truth(server, `${pathname}${search}`));
  };
  const listeners: (readonly [(typeof servers)[number], Listener])[] = [];
  for (const server of servers) listeners.push([server, await startListener((request) => answer(server, request))]);
  const url = (wanted: (typeof servers)[number]): string =>
    listeners.find(([server]) => server === wanted)?.[1].url ?? '';
  return {
    urls: {
      gateway: url('gateway'),
      operate: url('operate'),
      tasklist: url('tasklist'),
      optimize: url('optimize'),
      engine: url('engine'),
    },
    async close() {
      for (const [, listener] of listeners) await listener.close();
    },
  };
}

const Snapshots = z.object({ snapshots: z.array(z.looseObject({ snapshot: z.string(), state: z.string() })) });

const elementsOf = (list: string): readonly string[] =>
  z
    .array(z.unknown())
    .parse(JSON.parse(list))
    .map((one) => JSON.stringify(one));

const json = (body: string): Response => new Response(body, { headers: { 'content-type': 'application/json' } });
