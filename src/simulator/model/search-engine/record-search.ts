import { z } from 'zod';
import { importPositionDocuments, type Index } from './indices.ts';
import { isExported, type LogRecord, type RecordLog } from '../log/record-log.ts';
import { positionsOf } from '../log/record-set.ts';

type Value = string | number;

/** A record as the exporter writes it. */
export interface RecordDocument extends LogRecord {
  readonly index: string;
}

/** The history of a partition that a document comes from. */
export type FindLog = (partitionId: number, line: number) => RecordLog | undefined;

interface Query {
  readonly matches: (document: RecordDocument) => boolean;
  /** Partitions it can match; all when undefined. */
  readonly partitions?: readonly number[];
}

export interface Search {
  readonly query: Query;
  readonly size: number;
  readonly order: 'asc' | 'desc';
  readonly source: boolean | readonly string[];
  /** How many hits are counted; 0 leaves the total out of the answer. */
  readonly countTo: number;
}

export interface SearchHits {
  readonly hits: readonly RecordDocument[];
  readonly counted: number;
}

const value = z.union([z.string(), z.number()]);
const bound = z.strictObject({ gt: value, gte: value, lt: value, lte: value }).partial();
const leaf = z.union([
  z.strictObject({ match_all: z.object({}) }),
  z.strictObject({ term: z.record(z.string(), z.union([value, z.object({ value })])) }),
  z.strictObject({ terms: z.record(z.string(), z.array(value)) }),
  z.strictObject({ range: z.record(z.string(), bound) }),
]);
const clauses = z.union([leaf, z.array(leaf)]);
const query = z.union([leaf, z.strictObject({ bool: z.strictObject({ filter: clauses, must: clauses }).partial() })]);
const order = z.union([
  z.enum(['asc', 'desc']),
  z.object({ order: z.enum(['asc', 'desc']) }).transform((by) => by.order),
]);
const sort = z.object({ position: order });
const request = z.strictObject({
  query: query.default({ match_all: {} }),
  size: z.int().nonnegative().default(10),
  sort: z.union([sort.transform((by) => [by]), z.array(sort).length(1)]).default([{ position: 'asc' }]),
  _source: z.union([z.boolean(), z.array(z.string())]).default(true),
  track_total_hits: z.union([z.boolean(), z.int()]).default(10_000),
});

/** Reads a search as far as the simulator knows the language; the text says what it does not know. */
export function parseSearch(body: unknown): Search | { readonly unknown: string } {
  const parsed = request.safeParse(body ?? {});
  if (!parsed.success) return { unknown: z.prettifyError(parsed.error).replaceAll('\n', ' ') };
  const { size, _source, track_total_hits: track } = parsed.data;
  const countTo = track === true ? Infinity : track === false ? 0 : track;
  const [by] = parsed.data.sort;
  return { query: compile(parsed.data.query), size, order: by?.position ?? 'asc', source: _source, countTo };
}

export function searchRecords(indices: readonly Index[], findLog: FindLog, search: Search): SearchHits {
  const { query: wanted, size, order: direction, countTo } = search;
  const hits: RecordDocument[] = [];
  let counted = 0;
  for (const index of indices) {
    if (index.searchable.holds !== 'records') continue;
    for (const partitionId of wanted.partitions ?? index.searchable.records.keys()) {
      let found = 0;
      for (const document of documents(index, partitionId, direction, findLog)) {
        if (found >= size && counted >= countTo) break;
        if (!wanted.matches(document)) continue;
        if (found < size) hits.push(document);
        found += 1;
        counted += 1;
      }
    }
  }
  const sign = direction === 'asc' ? 1 : -1;
  hits.sort((one, other) => sign * (one.position - other.position));
  return { hits: hits.slice(0, size), counted };
}

/** How many documents an index holds. */
export function countDocuments({ content }: Index, findLog: FindLog): number {
  let count = content.documents + importPositionDocuments(content);
  for (const [partitionId, intervals] of content.records) {
    for (const { line, from, to } of intervals) {
      const log = findLog(partitionId, line);
      if (!log) continue;
      for (const valueType of content.valueTypes) {
        count += log.countUpTo(valueType, to) - log.countUpTo(valueType, from - 1);
      }
    }
  }
  return count;
}

function* documents(
  { name, searchable }: Index,
  partitionId: number,
  order: 'asc' | 'desc',
  findLog: FindLog,
): Generator<RecordDocument> {
  for (const { line, position } of positionsOf(searchable.records.get(partitionId) ?? [], order)) {
    const log = findLog(partitionId, line);
    const kind = log?.kindAt(position);
    if (log && kind && searchable.valueTypes.includes(kind.valueType) && isExported(kind)) {
      yield { ...log.at(position), index: name };
    }
  }
}

function compile(parsed: z.infer<typeof query>): Query {
  if ('bool' in parsed) {
    const all = [parsed.bool.filter, parsed.bool.must].flatMap((each) => each ?? []).map(compile);
    const partitions = all.flatMap((each) => (each.partitions ? [each.partitions] : []));
    const [first, ...rest] = partitions;
    return {
      matches: (document) => all.every((each) => each.matches(document)),
      ...(first ? { partitions: first.filter((id) => rest.every((ids) => ids.includes(id))) } : {}),
    };
  }
  if ('term' in parsed) {
    const terms = Object.entries(parsed.term).map(([field, is]) => [field, [termValue(is)]] as const);
    return oneOf(Object.fromEntries(terms));
  }
  if ('terms' in parsed) return oneOf(parsed.terms);
  if ('range' in parsed) {
    const bounds = Object.entries(parsed.range);
    return { matches: (document) => bounds.every(([field, limits]) => within(valueOf(document, field), limits)) };
  }
  return { matches: () => true };
}

function oneOf(terms: Readonly<Record<string, readonly Value[]>>): Query {
  const partitions = terms['partitionId']?.map(Number);
  return {
    matches: (document) =>
      Object.entries(terms).every(([field, values]) => values.map(String).includes(String(valueOf(document, field)))),
    ...(partitions ? { partitions } : {}),
  };
}

function within(actual: Value | undefined, limits: z.infer<typeof bound>): boolean {
  if (actual === undefined) return false;
  const number = Number(actual);
  return (
    (limits.gt === undefined || number > Number(limits.gt)) &&
    (limits.gte === undefined || number >= Number(limits.gte)) &&
    (limits.lt === undefined || number < Number(limits.lt)) &&
    (limits.lte === undefined || number <= Number(limits.lte))
  );
}

const termValue = (is: Value | { readonly value: Value }): Value => (typeof is === 'object' ? is.value : is);

function valueOf(document: RecordDocument, field: string): Value | undefined {
  const { partitionId, position, valueType, recordType, intent, timestampMs } = document;
  return new Map<string, Value>([
    ['partitionId', partitionId],
    ['position', position],
    ['valueType', valueType],
    ['recordType', recordType],
    ['intent', intent],
    ['timestamp', timestampMs],
  ]).get(field);
}
