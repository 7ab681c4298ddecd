import type { ZeebeCluster } from '../clients/brokers.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import { createHttp, type Http } from '../clients/http.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../clients/zeebe.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import { didYouMean } from '../config/problems.ts';
import { CliError, exitCode } from './exit-codes.ts';

/** The configured cluster of that name; wrong input otherwise. */
export function configuredCluster({ clusters }: Config, name: string): ClusterConfig {
  const cluster = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (cluster !== undefined) return cluster;
  const names = Object.keys(clusters).sort();
  throw new CliError(
    exitCode.invalid,
    `Cluster "${name}" is not in the cluster file. Configured: ${names.join(', ')}.${didYouMean(name, names)} ` +
      'Correct the name, or give another file with --cluster-file.',
  );
}

/** Talks to Zeebe of that cluster while `work` runs; no other server, Temporal neither, is needed. */
export async function withZeebe<T>(
  { zeebe }: ClusterConfig,
  timing: Pick<Config['timing'], 'pauseCallTimeoutMs'>,
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
