import type { ClusterConfig } from '../config/config.ts';
import { loadCluster } from '../config/load-cluster.ts';
import { describeProblem } from '../config/problems.ts';
import { createReader } from '../sets/reader.ts';
import type { Readers } from '../sets/read-sets.ts';
import type { SetSources } from '../sets/sources.ts';
import type { Cli } from './command.ts';

/** What a cluster is read by, built by the composition root. */
export interface OpenedSources {
  readonly sources: SetSources;
  close(): Promise<void>;
}

export type OpenSources = (cluster: ClusterConfig) => Promise<OpenedSources>;

/** A server that hangs is a source that was not read. */
const patienceMs = 10_000;
/** Manifests of thousands of backups. */
const manyPatienceMs = 15 * 60_000;

/** Reads what lies there of one cluster's backups: needs the cluster file, and neither Temporal nor a worker. */
export async function withSources<T>(
  cli: Cli,
  open: OpenSources,
  name: string,
  work: (sources: SetSources, readers: Readers) => Promise<T>,
): Promise<T> {
  const { cluster, ignored } = loadCluster(cli.env, name);
  for (const problem of ignored) cli.say(`Warning: ${describeProblem(problem)}`);
  const { sources, close } = await open(cluster);
  try {
    return await work(sources, {
      call: createReader(cli.interrupted, patienceMs),
      many: createReader(cli.interrupted, manyPatienceMs),
    });
  } finally {
    await close();
  }
}
