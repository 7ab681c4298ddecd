import type { Indices } from '../search-engine/indices.ts';
import { isExported, type RecordLog } from '../log/record-log.ts';
import type { FindLog } from '../search-engine/record-search.ts';
import { withEffects, withRecords } from '../log/record-set.ts';

/** Writes the records of one partition from `from` to `to` where they belong. Writing twice is writing once. */
export type Export = (log: RecordLog, from: number, to: number) => void;

/** Value types of which there are many, by the templates of Zeebe's exporters. */
const threeShards: ReadonlySet<string> = new Set(['PROCESS_INSTANCE', 'JOB']);

/** The exporter of Zeebe records: one index per value type and day. */
export function createRecordsExporter(prefix: string, version: string, indices: Indices, findLog: FindLog): Export {
  /** Value types met so far: an index exists from the first record of its type on, and then all go forward together. */
  const met = new Set<string>();
  const isDocument = (log: RecordLog | undefined, position: number, valueType: string): boolean => {
    const kind = log?.kindAt(position);
    return kind?.valueType === valueType && isExported(kind);
  };
  return (log, from, to) => {
    const { partitionId, line } = log;
    for (const { day, first, last } of days(log, from, to)) {
      addValueTypes(met, log, first, last);
      for (const valueType of met) {
        const kind = valueType.toLowerCase().replaceAll('_', '-');
        const index = `${prefix}_${kind}_${version}_${day}`;
        indices.create(index, {}, { shards: threeShards.has(valueType) ? 3 : 1, aliases: [`${prefix}-${kind}`] });
        indices.update(index, (content) => ({
          ...content,
          holds: 'records',
          valueTypes: [valueType],
          records: withRecords(
            content.records,
            partitionId,
            { line, from: first, to: last },
            (other, position) =>
              isDocument(findLog(partitionId, other), position, valueType) && !isDocument(log, position, valueType),
          ),
        }));
      }
    }
  };
}

/** The exporter of 8.8 and later, which writes the web applications' own indices. */
export function createCamundaExporter(targets: ReadonlyMap<string, readonly string[]>, indices: Indices): Export {
  return (log, from, to) => {
    for (const [index, types] of targets) {
      indices.update(index, (content) => ({
        ...content,
        valueTypes: types,
        records: withEffects(content.records, log.partitionId, { line: log.line, from, to }, log.sharedWith),
      }));
    }
  };
}

interface Day {
  readonly day: string;
  readonly first: number;
  readonly last: number;
}

/** The index of a record is named after the day of its timestamp, and timestamps never fall. */
function days(log: RecordLog, from: number, to: number): readonly Day[] {
  const dayOf = (position: number): string => new Date(log.at(position).timestampMs).toISOString().slice(0, 10);
  const found: Day[] = [];
  for (let first = from; first <= to;) {
    const day = dayOf(first);
    let last = to;
    if (dayOf(to) !== day) for (last = first; dayOf(last + 1) === day;) last += 1;
    found.push({ day, first, last });
    first = last + 1;
  }
  return found;
}

function addValueTypes(met: Set<string>, log: RecordLog, from: number, to: number): void {
  for (let position = from; position <= to; position++) {
    const kind = log.kindAt(position);
    if (isExported(kind)) met.add(kind.valueType);
  }
}
