import { failureOf, valueOf } from '../check-readings.ts';
import { webAppNames } from '../web-apps.ts';
import type { CorrelatedSet } from './correlate.ts';
import type { SetReadings } from './readings.ts';

/** What one source says of a set, in words. */
export interface SourceSays {
  readonly source: string;
  readonly read: boolean;
  readonly says: string;
}

/** Every source that is configured: also what could not be read, so that the rest is seen for what it is. */
export function describeSources(set: CorrelatedSet, readings: SetReadings): readonly SourceSays[] {
  const { configured, engine, store, zeebe, webApps, catalogue } = readings;
  const names = [...set.parts, ...(set.records === undefined ? [] : [set.records])].map(({ name }) => name);
  const engineFailure = failureOf(engine.names) ?? failureOf(engine.snapshots);
  const { recorded } = set;
  const record = recorded?.record;
  return [
    says(
      `snapshot repository "${configured.repository}"`,
      engineFailure,
      names.length === 0 ? 'no snapshot of this ID' : `${names.length} snapshots of this ID`,
    ),
    ...(store === undefined
      ? []
      : [says(`backup store ${valueOf(store)?.place ?? ''}`.trimEnd(), failureOf(store), copiesSaid(set))]),
    says('Zeebe', failureOf(zeebe), set.told === undefined ? 'no backup of this ID' : set.told.state),
    ...webApps.map(({ app, backups }) =>
      says(
        webAppNames[app],
        failureOf(backups),
        set.apps.find((each) => each.app === app)?.backup.state ?? 'no backup of this ID',
      ),
    ),
    ...(catalogue === undefined
      ? []
      : [
          says(
            `catalogue${recorded === undefined ? '' : ` ${recorded.place}`}`,
            failureOf(catalogue),
            record === undefined
              ? recorded === undefined
                ? 'no record of this ID'
                : 'a record that cannot be used'
              : `recorded ${record.recordedAt}, ${record.topology.partitionIds.length} partitions, ` +
                  `${record.snapshots.length} snapshots`,
          ),
        ]),
  ];
}

/** Every source with what it has in all. */
export function describeAllSources(readings: SetReadings): readonly SourceSays[] {
  const { configured, engine, store, zeebe, webApps, catalogue } = readings;
  const counted = (count: number | undefined, what: string): string => `${count ?? 0} ${what}`;
  return [
    says(
      `snapshot repository "${configured.repository}"`,
      failureOf(engine.names) ?? failureOf(engine.snapshots),
      counted(valueOf(engine.names)?.length, 'snapshots'),
    ),
    ...(store === undefined
      ? []
      : [
          says(
            `backup store ${valueOf(store)?.place ?? ''}`.trimEnd(),
            failureOf(store),
            counted(valueOf(store)?.ids.length, 'backup IDs'),
          ),
        ]),
    says('Zeebe', failureOf(zeebe), counted(valueOf(zeebe)?.length, 'backups')),
    ...webApps.map(({ app, backups }) =>
      says(webAppNames[app], failureOf(backups), counted(valueOf(backups)?.length, 'backups')),
    ),
    ...(catalogue === undefined
      ? []
      : [says('catalogue', failureOf(catalogue), counted(valueOf(catalogue)?.length, 'records'))]),
  ];
}

const says = (source: string, failure: { readonly message: string } | undefined, text: string): SourceSays => ({
  source,
  read: failure === undefined,
  says: failure === undefined ? text : `not read: ${failure.message}`,
});

function copiesSaid({ copies }: CorrelatedSet): string {
  if (copies.length === 0) return 'no manifest of this ID';
  const partitions = new Set(copies.map(({ partitionId }) => partitionId));
  const completed = new Set(
    copies.filter(({ manifest }) => manifest?.statusCode === 'completed').map(({ partitionId }) => partitionId),
  );
  return `${completed.size} of ${partitions.size} partitions completed, in ${copies.length} copies`;
}
