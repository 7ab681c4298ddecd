import type { Course } from './course.ts';
import type { KnownCustody } from './custody-schema.ts';
import type { Histories } from './history.ts';
import type { Said, SaidPositions } from './record.ts';
import type { CapturedIndex, Facts } from './schema.ts';
import { within } from './spans.ts';
import { partFinding, type Finding } from './verdict.ts';

/** What was true of a backup when somebody wrote a record of it. */
export interface Truth {
  readonly facts: Facts;
  readonly custody: KnownCustody;
  readonly course: Course;
  readonly histories: Histories;
  /** What the record snapshot held; undefined where there was none that is whole. */
  readonly records: readonly CapturedIndex[] | undefined;
}

/** Clocks differ, and between what happened and what was read of it a wait has its interval. */
const toleranceMs = 60_000;

/** Everything that a record says of a backup and that was not so. */
export function falseClaims(said: Said, truth: Truth): readonly Finding[] {
  const { facts, custody } = truth;
  const partitionIds = Array.from({ length: facts.partitions }, (_, at) => at + 1);
  return [
    ...differs('the Camunda version', said.versions.camunda, custody.version),
    ...differs('the partitions', said.topology.partitionIds, partitionIds),
    ...differs('the exporters', said.topology.exporters.toSorted(), custody.exporters.toSorted()),
    ...differs(
      'partitions with positions',
      said.positions.map(({ partitionId }) => partitionId),
      partitionIds,
    ),
    ...said.positions.flatMap((positions) => positionClaims(positions, said, truth)),
    ...courseClaims(said, truth),
    ...fenceClaims(said, truth),
    ...snapshotClaims(said, truth),
  ];
}

const claim = (sentence: string, partition?: number): Finding =>
  partFinding('false-claim', 'record', `the record ${sentence}`, partition);

function differs(what: string, said: unknown, truth: unknown, partition?: number): readonly Finding[] {
  const [is, was] = [JSON.stringify(said), JSON.stringify(truth)];
  return is === was
    ? []
    : [claim(`has ${is ?? 'nothing'} for ${what}, and the truth is ${was ?? 'nothing'}`, partition)];
}

function positionClaims(said: SaidPositions, { exporting }: Said, truth: Truth): readonly Finding[] {
  const { partitionId: id } = said;
  const { course, custody } = truth;
  const of = (what: string): string => `${what} of partition ${id}`;
  const copies = course.taken.get(id) ?? [];
  const copy = copies.find(({ snapshotId }) => snapshotId === (said.snapshotId ?? null)) ?? copies[0];
  const paused = course.atPause.get(id);
  const omitted =
    paused !== undefined && custody.exporters.length > 0 && exporting.verification === 'every-broker'
      ? said.acknowledgedAtPause === undefined
      : false;
  return [
    ...differs(of('the checkpoint'), said.checkpoint, copy === undefined ? '-1' : String(copy.captured.checkpoint), id),
    ...differs(of("the broker's snapshot"), said.snapshotId ?? null, copy?.snapshotId ?? null, id),
    ...differs(of('what the snapshot counts as exported'), said.exportedInBackup, exportedIn(copy?.snapshotId), id),
    ...(omitted ? [claim(`has read every broker and leaves out what partition ${id} had acknowledged`, id)] : []),
    ...acknowledgedClaims(
      of('what was acknowledged at the pause'),
      said.acknowledgedAtPause,
      said.exportersAtPause,
      paused,
      truth,
      id,
    ),
    ...acknowledgedClaims(
      of('what was acknowledged after Zeebe'),
      said.acknowledgedAfter,
      said.exportersAfter,
      course.after.get(id),
      truth,
      id,
    ),
    ...highestClaims(said, exporting.recordsExported, truth),
  ];
}

/** The fourth of an ID's parts: `index-term-processed-exported[-node]`. */
const exportedIn = (snapshotId: string | null | undefined): string => snapshotId?.split('-')[3] ?? '0';

function acknowledgedClaims(
  what: string,
  lowest: string | undefined,
  each: Readonly<Record<string, string>> | undefined,
  truth: Readonly<Record<string, number>> | undefined,
  { custody: { exporters } }: Truth,
  partition: number,
): readonly Finding[] {
  if (lowest === undefined && each === undefined) return [];
  if (truth === undefined) return [claim(`has ${what}, and there was no such moment`, partition)];
  const of = (exporter: string): number => truth[exporter] ?? -1;
  const lowestOfAll = exporters.length === 0 ? -1 : Math.min(...exporters.map(of));
  return [
    ...(lowest === undefined ? [] : differs(what, lowest, String(lowestOfAll), partition)),
    ...Object.entries(each ?? {}).flatMap(([exporter, position]) =>
      differs(`${what} by ${exporter}`, position, String(of(exporter)), partition),
    ),
  ];
}

/** It was read after the record snapshot, and a soft pause lets records be written on: it lies between that and the end of the log. */
function highestClaims(
  { partitionId, highestRecord }: SaidPositions,
  recordsExported: boolean,
  { course, records, histories, facts }: Truth,
): readonly Finding[] {
  if (!recordsExported || facts.exporters.records === null) return [];
  const said = BigInt(highestRecord ?? '-1');
  const low = Math.max(-1, ...(records ?? []).map((index) => highestIn(index, partitionId, histories)));
  const checkpoints = (course.taken.get(partitionId) ?? []).map(({ captured }) => captured.checkpoint);
  const high = checkpoints.length === 0 ? Infinity : Math.max(...checkpoints) - 1;
  if (said >= BigInt(low) && (high === Infinity || said <= BigInt(high))) return [];
  const sentence = `says that ${said} was the highest record of partition ${partitionId}, and it was from ${low} to ${high}`;
  return [claim(sentence, partitionId)];
}

const highestIn = ({ index, valueTypes, records }: CapturedIndex, partition: number, histories: Histories): number =>
  Math.max(
    -1,
    ...records
      .filter((each) => each.partition === partition)
      .flatMap(({ line, from, to }) =>
        valueTypes.flatMap((valueType) => {
          const exported = histories.of(partition, line, index).exported(valueType);
          return within(exported, [{ from, to }]).ends.map((span) => span.to);
        }),
      ),
  );

function courseClaims({ course: said }: Said, { course }: Truth): readonly Finding[] {
  if (said === undefined) return [];
  const exporting = said.pausedAt === undefined ? [] : course.exportingAt(Date.parse(said.pausedAt));
  return [
    ...(exporting.length === 0
      ? []
      : [claim(`says paused at ${said.pausedAt ?? ''}, and ${exporting.join(', ')} exported`)]),
    ...timeClaim('the web applications were taken', said.webAppsTakenAt, course.webAppsTakenAt),
    ...timeClaim('the web applications were whole', said.webAppsWholeAt, course.webAppsWholeAt),
    ...timeClaim('Zeebe was taken', said.zeebeTakenAt, course.zeebeTakenAt),
  ];
}

function timeClaim(what: string, said: string, truth: number | undefined): readonly Finding[] {
  if (truth === undefined) return [claim(`says that ${what} at ${said}, which never happened`)];
  if (Math.abs(Date.parse(said) - truth) <= toleranceMs) return [];
  return [claim(`says that ${what} at ${said}, and it was at ${new Date(truth).toISOString()}`)];
}

function fenceClaims({ fences }: Said, { course }: Truth): readonly Finding[] {
  if (course.zeebeTakenAt === undefined) return [];
  return fences.flatMap(({ name, broken }) => {
    if ((broken.length === 0) === course.heldInZeebe) return [];
    return course.heldInZeebe
      ? [claim(`says that the pause was broken ${name} (${broken.join('; ')}), and no replica exported`)]
      : [claim(`says that the pause held ${name}, and replicas exported`)];
  });
}

function snapshotClaims({ snapshots }: Said, { custody }: Truth): readonly Finding[] {
  return snapshots.flatMap((said) => {
    const kept = custody.snapshots.find(({ uuid }) => uuid === said.uuid);
    if (kept === undefined) return [claim(`has a snapshot ${said.name} (${said.uuid}), which never was`)];
    const { name, made } = kept;
    const of = (what: string): string => `the ${what} of ${name}`;
    return [
      ...differs('the name of a snapshot', said.name, name),
      ...differs(of('state'), said.state, made.state),
      ...differs(of('indices'), said.indices.toSorted(), made.indices.toSorted()),
      ...differs(of('shards'), [said.shards.total, said.shards.failed], [made.shards, made.failedShards]),
      ...differs(of('times'), [Date.parse(said.startedAt), Date.parse(said.endedAt)], [made.startedAt, made.endedAt]),
    ];
  });
}
