import type { ClusterFacts, LeaderPosition } from './cluster-facts.ts';
import { comparePositions } from './positions.ts';
import type { Position } from './zeebe.ts';

/** Elasticsearch 8.16 and OpenSearch 2.19 count the bytes of the metadata's JSON, and refuse a snapshot with more: in the pause. */
export const metadataLimitBytes = 1_024;

/** What the metadata is told at the moment of the take. */
export interface RecordSnapshotMetadata {
  readonly backupId: number;
  /** The mark by which a later attempt knows its own. */
  readonly runId: string;
  readonly tool: string;
  readonly facts: Pick<ClusterFacts, 'cluster' | 'version' | 'webApps' | 'topology' | 'order'>;
  readonly pausedAt?: string;
  /** X0 of the proof. */
  readonly acknowledgedAtPause?: readonly LeaderPosition[];
}

/**
 * The short form of the catalogue's record, for a day on which only the search engine's repository is left: what the cluster was, and X0 of
 * each partition. `backupId` and `runId` are always in it; of the rest as much as fits, and `leftOut` names what did not.
 */
export function recordSnapshotMetadata(given: RecordSnapshotMetadata): Readonly<Record<string, unknown>> {
  const mark = { backupId: given.backupId, runId: given.runId };
  let metadata: Readonly<Record<string, unknown>> = { ...mark };
  const leftOut: string[] = [];
  for (const { name, forms } of parts(given)) {
    const before = metadata;
    const fitting = forms.find((form) => fits({ ...before, ...form, leftOut: [...leftOut, ...names] }));
    if (fitting === undefined) leftOut.push(name);
    else metadata = { ...metadata, ...fitting };
  }
  const whole = leftOut.length === 0 ? metadata : { ...metadata, leftOut };
  return fits(whole) ? whole : mark;
}

const names = ['cluster', 'topology', 'pausedAt', 'x0', 'x0ByExporter'];

/** From the most to the least telling, each in its forms from the plainest to the shortest. */
function parts({ tool, facts, pausedAt, acknowledgedAtPause: x0 }: RecordSnapshotMetadata) {
  const { cluster, version, webApps, topology, order } = facts;
  const apps = Object.fromEntries(webApps.map((webApp) => [webApp.app, webApp.version]));
  const replicas = topology.brokers.flatMap(({ partitions }) => partitions).length / topology.partitionIds.length;
  const { exporters, partitionIds } = topology;
  return [
    { name: 'cluster', forms: [{ format: 1, tool, cluster, camunda: version, apps, order }] },
    {
      name: 'topology',
      forms: [{ brokers: topology.brokers.length, partitions: partitionIds.length, replicas, exporters }],
    },
    ...(pausedAt === undefined ? [] : [{ name: 'pausedAt', forms: [{ pausedAt }] }]),
    ...(x0 === undefined
      ? []
      : [
          {
            name: 'x0',
            forms: positionForms(
              'x0',
              inOrder(x0, partitionIds, ({ acknowledged }) => acknowledged),
            ),
          },
          ...exporterPositions(x0, partitionIds),
        ]),
  ];
}

/** Where there is one exporter its positions are X0. */
function exporterPositions(x0: readonly LeaderPosition[], partitionIds: readonly number[]) {
  const ids = [...new Set(x0.flatMap(({ exporters = {} }) => Object.keys(exporters)))].toSorted();
  if (ids.length < 2) return [];
  const byExporter = ids.map((id) => [id, inOrder(x0, partitionIds, exportedBy(id))] as const);
  const plain = { x0ByExporter: Object.fromEntries(byExporter.map(([id, positions]) => [id, positions.join(',')])) };
  const short = { x0ByExporter: Object.fromEntries(byExporter.map(([id, positions]) => [id, differences(positions)])) };
  return [{ name: 'x0ByExporter', forms: [plain, short] }];
}

// Any name is an exporter's, those too that every object has.
const exportedBy =
  (id: string) =>
  ({ exporters = {} }: LeaderPosition): Position | undefined =>
    Object.hasOwn(exporters, id) ? exporters[id] : undefined;

const positionForms = (name: string, positions: readonly (Position | undefined)[]) => [
  { [name]: positions.join(',') },
  { [name]: differences(positions) },
];

/** One place for each partition, by its ID. */
const inOrder = (
  read: readonly LeaderPosition[],
  partitionIds: readonly number[],
  of: (position: LeaderPosition) => Position | undefined,
): readonly (Position | undefined)[] =>
  partitionIds
    .toSorted((a, b) => a - b)
    .map((id) => {
      const position = read.find(({ partitionId }) => partitionId === id);
      return position === undefined ? undefined : of(position);
    });

/** `7428+2,0,5`: the lowest position, and each one's distance from it to the base of 36. */
function differences(positions: readonly (Position | undefined)[]): string {
  const known = positions.filter((position) => position !== undefined);
  const [lowest] = known.toSorted(comparePositions);
  if (lowest === undefined) return '';
  const from = BigInt(lowest);
  return `${lowest}+${positions.map((each) => (each === undefined ? '' : (BigInt(each) - from).toString(36))).join(',')}`;
}

/** The positions of `x0`, and of each entry of `x0ByExporter`, in the order of the partitions; undefined for what is no such text. */
export function readShortPositions(text: unknown): readonly (Position | undefined)[] | undefined {
  if (typeof text !== 'string' || !/^(-?\d+\+)?[-0-9a-z,]*$/.test(text)) return undefined;
  const [, base, list = ''] = /^(?:(-?\d+)\+)?(.*)$/.exec(text) ?? [];
  const read = list.split(',').map((each) => {
    if (each === '') return undefined;
    if (base === undefined) return /^-?\d+$/.test(each) ? each : null;
    return /^[0-9a-z]+$/.test(each) ? (BigInt(base) + base36(each)).toString() : null;
  });
  return read.includes(null) ? undefined : read.map((each) => each ?? undefined);
}

const base36 = (text: string): bigint =>
  text.split('').reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

/** Both engines write what needs a surrogate pair as two escapes of six bytes each. */
const bytesOf = (metadata: object): number =>
  new TextEncoder().encode(JSON.stringify(metadata).replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\\u0000\\u0000')).length;

const fits = (metadata: object): boolean => bytesOf(metadata) <= metadataLimitBytes;
