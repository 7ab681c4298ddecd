import type { ZeebeCluster } from '../clients/brokers.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import { createHttp, type Http } from '../clients/http.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../clients/zeebe.ts';
import type { ZeebeConfig, ZeebeSection } from '../config/load-zeebe.ts';
import { ConfigError, describeProblem, didYouMean } from '../config/problems.ts';
import type { Cli } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';

/** The configured cluster of that name; wrong input otherwise. What is wrong with other clusters is only told. */
export function configuredCluster(cli: Cli, name: string): ZeebeSection {
  const { clusters, unusable } = cli.zeebe();
  const own = Object.hasOwn(unusable, name) ? unusable[name] : undefined;
  if (own !== undefined) throw new ConfigError(own);
  const cluster = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (cluster !== undefined) {
    tellProblems(cli);
    return cluster;
  }
  const names = clusterNames(cli.zeebe());
  throw new CliError(
    exitCode.invalid,
    `Cluster "${name}" is not in the cluster file. Configured: ${names.join(', ')}.${didYouMean(name, names)} ` +
      'Correct the name, or give another file with --cluster-file.',
  );
}

export const clusterNames = ({ clusters, unusable }: ZeebeConfig): readonly string[] =>
  [...Object.keys(clusters), ...Object.keys(unusable)].sort();

/** The names where a cluster file can be read. One that is wrong is told by the commands that need it, not by those it only helps. */
export function knownClusters(cli: Cli): readonly string[] {
  try {
    return clusterNames(cli.zeebe());
  } catch {
    return [];
  }
}

/** A worker would not start with these; this goes on. */
export function tellProblems(cli: Cli): void {
  const { unusable, ignored } = cli.zeebe();
  for (const problem of [...Object.values(unusable).flat(), ...ignored])
    cli.say(`Warning: ${describeProblem(problem)}`);
}

/** Talks to Zeebe of that cluster while `work` runs; no other server, Temporal neither, is needed. */
export async function withZeebe<T>(
  { zeebe }: ZeebeSection,
  timing: Pick<ZeebeConfig['timing'], 'pauseCallTimeoutMs'>,
  work: (cluster: ZeebeCluster) => Promise<T>,
): Promise<T> {
  const opened: Http[] = [];
  const http = (endpoint: Endpoint): Http => {
    const created = createHttp(endpoint);
    opened.push(created);
    return created;
  };
  try {
    return await work({
      gateway: createZeebeGatewayClient(http(zeebe.gateway), { pauseTimeoutMs: timing.pauseCallTimeoutMs }),
      brokers: zeebe.brokers.map(({ nodeId, endpoint }) => ({
        nodeId,
        client: createZeebeBrokerClient(http(endpoint)),
      })),
      verification: zeebe.verification,
    });
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}
