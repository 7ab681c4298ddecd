import type { ClusterFacts } from '../model/cluster-facts.ts';
import type { IndexOwner } from '../model/coverage.ts';
import { historyIndices, separateWebApps, webAppNames } from '../model/web-apps.ts';
import { configuredWebApp, type Cluster } from './clusters.ts';

const recordsName = 'Exported records';
const defaultRecordPrefix = 'zeebe-record';

/**
 * Every component of this cluster by the names of its indices, also those that no backup of ours takes. One that is not configured is looked
 * for under its default name, and only where no other prefix is configured: beside it, default names are another cluster's.
 */
export function indexOwners(cluster: Cluster, { webApps }: Pick<ClusterFacts, 'webApps'>): readonly IndexOwner[] {
  const taken = webApps.map(({ app }): IndexOwner => ({
    component: app,
    name: webAppNames[app],
    beginnings: configuredWebApp(cluster, app).indexPrefixes.map((prefix) => `${prefix}-`),
  }));
  const records: IndexOwner = {
    component: 'records',
    name: recordsName,
    beginnings: [`${cluster.recordIndexPrefix}_`],
  };
  const owned = taken.flatMap(({ beginnings }) => beginnings);
  const defaults = [...separateWebApps, ...historyIndices().indexPrefixes].map((prefix) => `${prefix}-`);
  const shared = cluster.recordIndexPrefix !== defaultRecordPrefix || !owned.every((each) => defaults.includes(each));
  const others = separateWebApps
    .filter((app) => !shared && !owned.includes(`${app}-`))
    .map((app): IndexOwner => ({ component: app, name: webAppNames[app], beginnings: [`${app}-`] }));
  return [...taken, ...others, records];
}

/** Patterns of all indices of these. */
export const patternsOf = (owners: readonly IndexOwner[]): readonly string[] =>
  owners.flatMap(({ beginnings }) => beginnings.map((beginning) => `${beginning}*`));
