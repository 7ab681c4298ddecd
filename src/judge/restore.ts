import type { Histories, History } from './history.ts';
import type { Parts } from './parts.ts';
import { EvidenceError, type CapturedIndex, type CapturedPartition, type Facts } from './schema.ts';
import { clip, union, type Span, type Spans } from './spans.ts';

/** Positions of a history other than the restored one, or above the checkpoint: nothing that the restored log knows. */
export interface Foreign extends Span {
  readonly line: number;
}

/** What stands somewhere for the records of one value type. */
export interface Held {
  /** Positions of the restored log. */
  readonly own: Spans;
  readonly foreign: readonly Foreign[];
}

/** The broker's part of one partition, restored. */
export interface RestoredLog {
  readonly history: History;
  readonly captured: CapturedPartition;
  readonly checkpoint: number;
}

interface GoesOn {
  readonly by: 'import' | 'export';
  /** By the kind of record: each is imported from a position of its own. */
  readonly above: (valueType: string) => number;
}

/** Where effects of records stand after a restore: an index of an application. */
export interface RestoredIndex {
  readonly application: string;
  readonly index: string;
  readonly valueTypes: readonly string[];
  /** By import from the record indices, by an exporter, or in no way. */
  readonly goesOn: GoesOn | undefined;
  held(valueType: string): Held;
}

/** One partition after a restore, when everything has come to rest. */
export interface RestoredPartition {
  readonly log: RestoredLog;
  readonly records:
    | {
        /** The exporter writes everything above this position once more. */
        readonly above: number;
        readonly held: (valueType: string) => Held;
        /** What each index held in the snapshot of the positions of the restored log. */
        readonly captured: (valueType: string) => readonly { readonly index: string; readonly own: Spans }[];
      }
    | undefined;
  readonly indices: readonly RestoredIndex[];
}

/** Restores one partition of a set as the manual says: both halves, then the exporters and the imports go on. */
export function restorePartition(
  facts: Facts,
  histories: Histories,
  captured: CapturedPartition,
  { records, applications }: Parts,
): RestoredPartition {
  const { partition, line, checkpoint } = captured;
  const history = histories.of(partition, line, `The Zeebe backup of partition ${partition}`);
  history.record(checkpoint);
  const log: RestoredLog = { history, captured, checkpoint };
  const restoredRecords = records && restoreRecords(log, histories, records, above(log, facts.exporters.records));
  const exportedAbove = facts.exporters.applications === null ? undefined : above(log, facts.exporters.applications);

  return {
    log,
    records: restoredRecords,
    indices: applications.flatMap(({ application, indices }) => {
      // Optimize imports from the record indices in every version.
      const imports = facts.applications === 'import' || application === 'optimize';
      const goesOn: GoesOn | undefined = imports
        ? restoredRecords && { by: 'import', above: importPositions(indices, partition) }
        : exportedAbove === undefined
          ? undefined
          : { by: 'export', above: () => exportedAbove };
      return indices
        .filter(({ valueTypes }) => valueTypes.length > 0)
        .map((index): RestoredIndex => {
          const restored = capturedBy(index, log, histories);
          return {
            application,
            index: index.index,
            valueTypes: index.valueTypes,
            goesOn,
            held: (valueType) =>
              goesOn
                ? withWhatFollows(
                    restored,
                    goesOn.by,
                    goesOn.above(valueType),
                    restoredRecords?.held(valueType),
                    checkpoint,
                  )
                : restored,
          };
        });
    }),
  };
}

// An exporter begins after what it acknowledged, and finds only what is still in the log.
const above = ({ captured }: RestoredLog, exporter: string | null): number =>
  Math.max((exporter === null ? undefined : captured.exported[exporter]) ?? 0, captured.logFrom - 1, 0);

/** What was never imported begins at the beginning. */
function importPositions(indices: readonly CapturedIndex[], partition: number): (valueType: string) => number {
  const known = indices.flatMap((index) => index.importPositions).filter((each) => each.partition === partition);
  return (valueType) =>
    Math.max(0, ...known.filter((each) => each.valueType === valueType).map(({ position }) => position));
}

function restoreRecords(
  log: RestoredLog,
  histories: Histories,
  indices: readonly CapturedIndex[],
  from: number,
): NonNullable<RestoredPartition['records']> {
  const restored = indices.map((index) => ({ ...index, ...capturedBy(index, log, histories) }));
  const ofType = (valueType: string) => restored.filter(({ valueTypes }) => valueTypes.includes(valueType));
  return {
    above: from,
    captured: (valueType) => ofType(valueType).map(({ index, own }) => ({ index, own })),
    held: (valueType) => ({
      own: union([...ofType(valueType).flatMap(({ own }) => own), { from: from + 1, to: log.checkpoint }]),
      foreign: ofType(valueType).flatMap(({ foreign }) =>
        foreign.flatMap((each) => notOverwritten(each, valueType, from, log, histories)),
      ),
    }),
  };
}

/** An index as its snapshot has it, told apart into what the restored log knows and what it does not. */
function capturedBy({ index, records }: CapturedIndex, log: RestoredLog, histories: Histories): Held {
  const { history, checkpoint } = log;
  const here = records.filter(({ partition }) => partition === history.partition);
  for (const { line, from, to } of here) {
    const { head } = histories.of(history.partition, line, index);
    if (from >= 1 && to <= head) continue;
    throw new EvidenceError(
      `${index} holds positions ${from} to ${to} of partition ${history.partition}, line ${line}, whose log has 1 to ${head}`,
    );
  }
  const known = (line: number): number => Math.min(checkpoint, history.sharedWith(line));
  return {
    own: union(here.flatMap(({ line, from, to }) => clip([{ from, to }], 1, known(line)))),
    foreign: here.flatMap(({ line, from, to }) =>
      clip([{ from, to }], known(line) + 1, Infinity).map((span) => ({ ...span, line })),
    ),
  };
}

/** A document's ID is partition and position: what is exported again takes the place of a stranger's in the same index. */
function notOverwritten(
  foreign: Foreign,
  valueType: string,
  from: number,
  { history, checkpoint }: RestoredLog,
  histories: Histories,
): readonly Foreign[] {
  const { line } = foreign;
  const again = clip([foreign], from + 1, checkpoint)[0];
  if (!again) return [foreign];
  const apart = [...clip([foreign], 0, from), ...clip([foreign], checkpoint + 1, Infinity)];
  const mine = new Set(history.exported(valueType));
  const strangers = histories.of(history.partition, line, 'A captured index').exported(valueType);
  const kept = strangers.filter((position) => position >= again.from && position <= again.to && !mine.has(position));
  return [...apart, ...kept.map((position) => ({ from: position, to: position }))].map((span) => ({ ...span, line }));
}

function withWhatFollows(
  restored: Held,
  by: GoesOn['by'],
  above: number,
  records: Held | undefined,
  checkpoint: number,
): Held {
  if (by === 'export') return { ...restored, own: union([...restored.own, { from: above + 1, to: checkpoint }]) };
  // An import goes past a hole and never comes back to it; what it meets twice changes nothing.
  const imported = records ?? { own: [], foreign: [] };
  return {
    own: union([...restored.own, ...clip(imported.own, above + 1, checkpoint)]),
    foreign: [
      ...restored.foreign,
      ...imported.foreign.flatMap(({ line, ...span }) =>
        clip([span], above + 1, Infinity).map((each) => ({ ...each, line })),
      ),
    ],
  };
}
