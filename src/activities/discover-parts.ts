import { RejectedError } from '../clients/errors.ts';
import type { VersionFacts } from '../model/camunda-version.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { exportsRecords } from '../model/record-exporters.ts';
import { recordIndexPattern } from '../model/snapshots.ts';
import type { ConfiguredExporter } from '../model/zeebe.ts';
import { notReady } from './cluster-lock.ts';
import type { Cluster, ClusterWebApp } from './clusters.ts';

/** The web applications that a cluster of this version can have, as they are configured; a cluster file for another one is refused. */
export function webAppsFor({ name, webApps }: Cluster, { version, family }: VersionFacts): readonly ClusterWebApp[] {
  const given = webApps.filter(({ byDefault }) => byDefault !== true).map(({ app }) => app);
  if (family === 'orchestration-cluster') {
    const separate = given.filter((app) => app === 'operate' || app === 'tasklist');
    if (separate.length > 0) {
      throw notReady(
        `Cluster ${name} runs Camunda ${version}, which backs Operate and Tasklist up as one. Remove ${separate.join(' and ')} from the ` +
          "cluster file, and give webApps where they do not run at the gateway's management address.",
      );
    }
    return webApps;
  }
  if (given.includes('webapps')) {
    throw notReady(
      `Cluster ${name} runs Camunda ${version}, where Operate and Tasklist are applications of their own. ` +
        'Replace webApps in the cluster file by operate and tasklist.',
    );
  }
  return webApps.filter(({ app }) => app !== 'webapps');
}

/** Those that answer, with their versions. Only the combined web applications of 8.8 may be absent: see `refuseWithoutHistory`. */
export async function readWebApps(
  cluster: Cluster,
  webApps: readonly ClusterWebApp[],
  signal: AbortSignal,
): Promise<ClusterFacts['webApps']> {
  const found = await Promise.all(
    webApps.map(async ({ app, client }) => {
      if (app === 'webapps' && !(await servesHistory(cluster, client, signal))) return [];
      return [{ app, version: await client.readVersion(signal) }];
    }),
  );
  return found.flat();
}

/** What an exporter of 8.8 writes belongs to the set: without its backup the set would be COMPLETED and lack it. */
export function refuseWithoutHistory(
  { name }: Cluster,
  { family }: VersionFacts,
  webApps: ClusterFacts['webApps'],
  exporters: readonly string[],
): void {
  const lacking = family === 'orchestration-cluster' && !webApps.some(({ app }) => app === 'webapps');
  if (!lacking || exporters.length === 0) return;
  throw notReady(
    `Cluster ${name}: exporter ${exporters.join(', ')} is configured, and /actuator/backupHistory is not served where the web applications ` +
      "are looked for (webApps in the cluster file, or the gateway's management address). Give webApps the management address of a process " +
      'that runs Operate and Tasklist, and leave camunda.backup.webapps.enabled on there.',
  );
}

async function servesHistory(cluster: Cluster, client: ClusterWebApp['client'], signal: AbortSignal): Promise<boolean> {
  try {
    // Any ID will do: what is wrong with the endpoint is said before the ID is looked at.
    await client.getBackup(1, signal);
    return true;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    if (error.type === 'ENDPOINT_ABSENT') return false;
    if (error.type === 'NO_REPOSITORY_CONFIGURED' || error.type === 'REPOSITORY_MISSING') {
      throw notReady(
        `Cluster ${cluster.name}: the web applications cannot take backups: ${error.reason} ` +
          `Configure repository "${cluster.repository}" (camunda.data.backup.repository-name) in them.`,
      );
    }
    throw error;
  }
}

export interface FoundRecords {
  readonly recordsExported: boolean;
  readonly warnings: readonly string[];
}

/** Whether exported records are part of the set. Refuses where an exporter writes them and none are found under the configured prefix. */
export async function findRecords(
  cluster: Cluster,
  { family }: VersionFacts,
  exporters: readonly string[],
  signal: AbortSignal,
): Promise<FoundRecords> {
  const pattern = recordIndexPattern(cluster.recordIndexPrefix);
  const combined = family === 'orchestration-cluster';
  const [indices, configured] = await Promise.all([
    cluster.searchEngine.listIndices(pattern, signal),
    combined ? configuredExporters(cluster, signal) : [],
  ]);
  // Up to 8.7 the applications import from the records, so that whatever exporter there is, writes them.
  const kinds = exporters.map((id) => ({ id, writes: combined ? exportsRecords(id, configured) : 'yes' }));
  const writers = kinds.filter(({ writes }) => writes === 'yes').map(({ id }) => id);
  if (indices.length === 0 && writers.length > 0) {
    throw notReady(
      `Cluster ${cluster.name}: exporter ${writers.join(', ')} is configured and no index matches ` +
        `${pattern}. Set searchEngine.recordIndexPrefix to the exporter's index prefix.`,
    );
  }
  const recordsExported = indices.length > 0 && kinds.some(({ writes }) => writes !== 'no');
  const optimize = cluster.webApps.some(({ app }) => app === 'optimize');
  return {
    recordsExported,
    warnings: [
      ...(combined && indices.length > 0 && !recordsExported
        ? [`indices match ${pattern} and no exporter writes them: they are not part of the set`]
        : []),
      ...(combined && optimize && !recordsExported
        ? ['Optimize is configured and no exporter writes the records that it imports: they are not part of the set']
        : []),
      // From 8.8 on nothing but Optimize imports them.
      ...(combined && !optimize && recordsExported
        ? [
            'exported records are part of the set and Optimize, which imports them, is not in the cluster file: its own data is not part of the set',
          ]
        : []),
    ],
  };
}

/** All brokers have the same configuration; one that does not tell it is not refused. */
async function configuredExporters(cluster: Cluster, signal: AbortSignal): Promise<readonly ConfiguredExporter[]> {
  const told = await Promise.allSettled(cluster.brokers.map(({ client }) => client.readExporters(signal)));
  signal.throwIfAborted();
  return told.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}
