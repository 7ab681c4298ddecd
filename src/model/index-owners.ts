import type { IndexOwner } from './coverage.ts';
import { historyIndices, separateWebApps, webAppNames, type WebApp } from './web-apps.ts';

/** How a cluster is configured, as far as the names of its indices go. */
export interface ConfiguredIndices {
  readonly recordIndexPrefix: string;
  readonly webApps: readonly { readonly app: WebApp; readonly indexPrefixes: readonly string[] }[];
}

const defaultRecordPrefix = 'zeebe-record';

/**
 * Every component of a cluster by the names of its indices, also those that its backups do not take. One that is not configured is looked for
 * under its default name, and only while the cluster uses default names throughout: beside others, default names are another cluster's.
 */
export function indexOwners(
  { recordIndexPrefix, webApps }: ConfiguredIndices,
  taken: readonly WebApp[],
): readonly IndexOwner[] {
  const owners = webApps
    .filter(({ app }) => taken.includes(app))
    .map(({ app, indexPrefixes }): IndexOwner => ({
      component: app,
      name: webAppNames[app],
      beginnings: indexPrefixes.map((prefix) => `${prefix}-`),
    }));
  const owned = owners.flatMap(({ beginnings }) => beginnings);
  const defaults = [...separateWebApps, ...historyIndices().indexPrefixes].map((prefix) => `${prefix}-`);
  const byDefault = recordIndexPrefix === defaultRecordPrefix && owned.every((each) => defaults.includes(each));
  const others = separateWebApps
    .filter((app) => byDefault && !owned.includes(`${app}-`))
    .map((app): IndexOwner => ({ component: app, name: webAppNames[app], beginnings: [`${app}-`] }));
  const records = { component: 'records' as const, name: 'Exported records', beginnings: [`${recordIndexPrefix}_`] };
  return [...owners, ...others, records];
}

/** Patterns of all indices of these. */
export const patternsOf = (owners: readonly IndexOwner[]): readonly string[] =>
  owners.flatMap(({ beginnings }) => beginnings.map((beginning) => `${beginning}*`));
