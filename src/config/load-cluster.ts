import { readFileSync } from 'node:fs';
import { readClusters } from './clusters.ts';
import type { ClusterConfig } from './config.ts';
import { parseClusterFile, freeze, type Environment, type ReadFile } from './load-config.ts';
import { ConfigError, didYouMean, type Problem } from './problems.ts';

/** One cluster of the cluster file, for a command that talks to all of it and to no other. */
export interface LoadedCluster {
  readonly cluster: ClusterConfig;
  /** What is wrong with others: a worker would not start with it. */
  readonly ignored: readonly Problem[];
}

/** Reads one cluster of the cluster file. Throws a ConfigError with everything that is wrong with that one. */
export function loadCluster(
  env: Environment,
  name: string,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): LoadedCluster {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const clusters = parseClusterFile({ env, readFile, named: new Set(), report }, readClusters);
  if (clusters === undefined) throw new ConfigError(problems.length > 0 ? problems : [noClusterFile]);
  const own = problems.filter(
    ({ path }) => path === '' || path === `clusters.${name}` || path.startsWith(`clusters.${name}.`),
  );
  if (own.length > 0) throw new ConfigError(own);
  const cluster = clusters.find((each) => each.name === name);
  if (cluster !== undefined) return freeze({ cluster, ignored: problems });
  const mentioned = problems.flatMap(({ path }) => /^clusters\.([^.]+)/.exec(path)?.[1] ?? []);
  const names = [...new Set([...clusters.map((each) => each.name), ...mentioned])].toSorted();
  const message =
    `is not in the cluster file; configured: ${names.join(', ') || 'none'}.${didYouMean(name, names)} ` +
    'Correct the name, or give another file with --cluster-file';
  throw new ConfigError([{ path: `cluster "${name}"`, message }]);
}

const noClusterFile: Problem = {
  path: 'CAMUNDA_BACKUP_CLUSTER_FILE',
  message: 'is not set; give the path of the cluster file (YAML)',
};
