import type { Simulator } from '../../../src/simulator/index.ts';

type Body = Readonly<Record<string, unknown>>;
export type SetUp = (simulator: Simulator) => Promise<void>;

/** Somebody else calls the search engine; anything but success is an error. */
export async function call({ urls }: Simulator, method: string, path: string, body?: Body): Promise<void> {
  const answer = await fetch(`${urls.searchEngine}${path}`, {
    method,
    headers: { connection: 'close', ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

export const all =
  (...steps: readonly ((simulator: Simulator) => Promise<void> | void)[]): SetUp =>
  async (simulator) => {
    for (const step of steps) await step(simulator);
  };

export const registered =
  (name: string, location: string, settings: Body = {}): SetUp =>
  (simulator) =>
    call(simulator, 'PUT', `/_snapshot/${name}`, { type: 'fs', settings: { location, ...settings } });

export const unregistered =
  (name: string): SetUp =>
  (simulator) =>
    call(simulator, 'DELETE', `/_snapshot/${name}`);

export const taken =
  (repository: string, name: string, indices: string): SetUp =>
  (simulator) =>
    call(simulator, 'PUT', `/_snapshot/${repository}/${name}?wait_for_completion=true`, {
      indices,
      include_global_state: false,
    });

/** Indices are gone, whatever an engine says of deleting by a wildcard. */
export const without =
  (pattern: RegExp): SetUp =>
  async ({ cluster }) => {
    for (const { name } of cluster.searchEngine.indices) if (pattern.test(name)) cluster.searchEngine.deleteIndex(name);
  };

export interface IndexToCreate {
  readonly name: string;
  readonly shards?: number;
  readonly documents?: number;
  readonly aliases?: readonly string[];
}

/** Just these indices, and none of Camunda's. */
export const onlyIndices = (...indices: readonly IndexToCreate[]): SetUp =>
  all(without(/./), ({ cluster }) => {
    for (const { name, ...layout } of indices) cluster.searchEngine.createIndex(name, layout);
  });

/** The next snapshot of the name goes on for longer than anybody looks. */
export const endless =
  (name: RegExp): SetUp =>
  async ({ cluster }) =>
    cluster.searchEngine.nextSnapshot({ name, durationMs: 600_000 });

export const snapshotEnded =
  (name: string): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(({ snapshots }) => snapshots.some((each) => each.name === name && each.state === 'SUCCESS'));

/** At least one of the index's shards is in the state. */
export const shardIs =
  (index: string, state: 'INITIALIZING' | 'STARTED'): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(({ searchEngine }) =>
      searchEngine.indices.some(({ name, shards }) => name === index && shards.some((shard) => shard.state === state)),
    );

export const nodeDied: SetUp = async ({ cluster }) => {
  await cluster.searchEngine.stop();
  await cluster.searchEngine.start();
};
