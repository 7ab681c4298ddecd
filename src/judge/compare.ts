import type { Histories, History } from './history.ts';
import type { Foreign, Held, RestoredIndex, RestoredLog, RestoredPartition } from './restore.ts';
import { common, gaps, union, within, type Span, type Spans } from './spans.ts';
import { partFinding, type Finding, type FindingKind, type NamedRecord } from './verdict.ts';

const recordIndices = 'record indices';

/** Compares what stands everywhere after a restore with what was true at the checkpoint. */
export function compare(restored: RestoredPartition, histories: Histories): readonly Finding[] {
  const { log, records, indices } = restored;
  return [
    ...compareLog(log),
    ...(records ? compareRecords(log, records, histories) : []),
    ...indices.flatMap((index) => compareIndex(log, index, histories)),
    ...compareImports(log, indices),
  ];
}

/** The broker replays its log onto its state, and each exporter goes on in it. */
function compareLog({ history, captured, checkpoint }: RestoredLog): readonly Finding[] {
  const { partition, processed, logFrom, exported } = captured;
  const hole = (where: string, from: number, rest: string): readonly Finding[] => {
    if (from >= logFrom) return [];
    const sentence = `partition ${partition}: ${rest}`;
    const record = named(history, from);
    return [{ kind: 'log-hole', partition, record, more: logFrom - 1 - from, last: logFrom - 1, where, sentence }];
  };
  const ahead = (where: string, rest: string): Finding =>
    partFinding(
      'from-the-future',
      where,
      `partition ${partition}: ${rest}, and the restored log ends at ${checkpoint}`,
      partition,
    );
  const state = `the broker's state is of position ${processed}`;

  return [
    ...(processed >= checkpoint ? [ahead('zeebe', state)] : []),
    ...hole('zeebe', processed + 1, `${state}, and its log begins at ${logFrom}: what lies between cannot be replayed`),
    ...Object.entries(exported).flatMap(([exporter, acknowledged]) => {
      const next = Math.max(acknowledged, 0) + 1;
      const where = `exporter ${exporter}`;
      const goesOn = `${where} goes on at ${next}`;
      return [
        ...(next > checkpoint + 1 ? [ahead(where, `${goesOn}, past what is appended next`)] : []),
        ...hole(where, next, `${goesOn}, and the log begins at ${logFrom}: what lies between is never exported`),
      ];
    }),
  ];
}

function compareRecords(
  log: RestoredLog,
  records: NonNullable<RestoredPartition['records']>,
  histories: Histories,
): readonly Finding[] {
  const { history, checkpoint } = log;
  const lost = gather(history, (valueType) => gaps(records.held(valueType).own, 1, checkpoint));
  const twice = gather(history, (valueType) => heldTwice(records.captured(valueType)));
  return [
    ...finding(
      'lost',
      recordIndices,
      lost,
      () => `no record index holds it and the exporter goes on at ${records.above + 1}`,
    ),
    ...finding('duplicated', recordIndices, twice, ({ position, valueType }) => {
      const holders = records
        .captured(valueType)
        .filter(({ own }) => own.some(({ from, to }) => from <= position && position <= to));
      return `${holders.map(({ index }) => index).join(' and ')} hold it`;
    }),
    ...future(log, histories, recordIndices, allValueTypes(log, histories), records.held),
  ];
}

function compareIndex(log: RestoredLog, index: RestoredIndex, histories: Histories): readonly Finding[] {
  const { history, checkpoint } = log;
  const { goesOn, application, held } = index;
  // Where nothing ever writes the index there is nothing that it could have lost.
  const lost = goesOn
    ? gather(history, (valueType) => gaps(held(valueType).own, 1, checkpoint), index.valueTypes)
    : undefined;
  const reason = ({ position, valueType }: NamedRecord): string => {
    const above = goesOn?.above(valueType) ?? 0;
    if (goesOn?.by === 'export') return `it was captured without it, and the exporter goes on at ${above + 1}`;
    return position > above
      ? `no record index holds it when ${application} imports from ${above + 1} on`
      : `it was captured without it, and ${application} goes on importing at ${above + 1}`;
  };
  return [
    ...finding('lost', index.index, lost, reason),
    ...future(log, histories, index.index, index.valueTypes, held),
  ];
}

/** An import that has come further than the log passes over what is appended next. */
function compareImports({ history, checkpoint }: RestoredLog, indices: readonly RestoredIndex[]): readonly Finding[] {
  const { partition } = history;
  const applications = new Map<string, number>();
  for (const { application, goesOn, valueTypes } of indices) {
    if (goesOn?.by !== 'import') continue;
    const highest = Math.max(applications.get(application) ?? 0, ...valueTypes.map(goesOn.above));
    applications.set(application, highest);
  }
  return [...applications]
    .filter(([, above]) => above > checkpoint)
    .map(([application, above]) => {
      const goesOn = `${application} goes on importing at ${above + 1}, past what is appended next`;
      const sentence = `partition ${partition}: ${goesOn}, and the restored log ends at ${checkpoint}`;
      return partFinding('from-the-future', `import positions of ${application}`, sentence, partition);
    });
}

/** Records that share a fate, of several value types and histories. */
interface Gathered {
  readonly first: NamedRecord;
  readonly line: number;
  readonly count: number;
  readonly last: number;
}

function gather(
  history: History,
  spansOf: (valueType: string) => Spans,
  valueTypes: readonly string[] = history.valueTypes,
): Gathered | undefined {
  let count = 0;
  let first = Infinity;
  let last = 0;
  for (const valueType of valueTypes) {
    const found = within(history.exported(valueType), spansOf(valueType));
    count += found.count;
    first = Math.min(first, found.ends[0]?.from ?? Infinity);
    last = Math.max(last, found.ends.at(-1)?.to ?? 0);
  }
  return count === 0 ? undefined : { first: named(history, first), line: history.line, count, last };
}

/** What no restored log knows, at its first position over all histories. */
function future(
  { history, checkpoint }: RestoredLog,
  histories: Histories,
  where: string,
  valueTypes: readonly string[],
  held: (valueType: string) => Held,
): readonly Finding[] {
  const foreign = new Map(valueTypes.map((valueType) => [valueType, held(valueType).foreign]));
  const lines = new Set([...foreign.values()].flat().map(({ line }) => line));
  const gathered = [...lines]
    .map((line) => {
      const spans = (valueType: string): Spans => spansOf(foreign.get(valueType) ?? [], line);
      return gather(histories.of(history.partition, line, where), spans, valueTypes);
    })
    .filter((each) => each !== undefined)
    .sort((one, other) => one.first.position - other.first.position);
  const [first] = gathered;
  if (!first) return [];
  const whole = {
    ...first,
    count: gathered.reduce((sum, { count }) => sum + count, 0),
    last: Math.max(...gathered.map(({ last }) => last)),
  };
  return finding('from-the-future', where, whole, ({ position }) => {
    const shared = history.sharedWith(first.line);
    const holder = where === recordIndices ? 'a record index holds it' : 'the index holds it';
    return position > shared && first.line !== history.line
      ? `${holder}, and it belongs to history ${first.line}, which has only the records up to ${shared} in common with the restored log`
      : `${holder}, and the restored log ends at ${checkpoint}`;
  });
}

const spansOf = (foreign: readonly Foreign[], line: number): Spans =>
  union(foreign.filter((each) => each.line === line).map(({ from, to }) => ({ from, to })));

/** Value types of any history: an index may hold some that the restored log never had. */
function allValueTypes({ history }: RestoredLog, histories: Histories): readonly string[] {
  return [...new Set(histories.all(history.partition).flatMap(({ valueTypes }) => valueTypes))];
}

function heldTwice(indices: readonly { readonly own: Spans }[]): Spans {
  let once: Spans = [];
  const twice: Span[] = [];
  for (const { own } of indices) {
    twice.push(...common(once, own));
    once = union([...once, ...own]);
  }
  return union(twice);
}

const fates: Readonly<Partial<Record<FindingKind, string>>> = {
  lost: 'lost',
  duplicated: 'duplicated',
  'from-the-future': 'from the future',
};

function finding(
  kind: FindingKind,
  where: string,
  gathered: Gathered | undefined,
  reason: (first: NamedRecord) => string,
): readonly Finding[] {
  if (!gathered) return [];
  const { first, count, last } = gathered;
  const { partition, position, valueType, intent, instance } = first;
  const what = `${valueType} ${intent}${instance === 0 ? '' : ` of instance ${instance}`}`;
  const place = where === recordIndices ? '' : `${where}: `;
  const sentence = `${place}partition ${partition}, position ${position} (${what}) is ${fates[kind] ?? kind}: ${reason(first)}`;
  return [{ kind, partition, record: first, more: count - 1, last, where, sentence }];
}

function named(history: History, position: number): NamedRecord {
  const { valueType, intent, instance } = history.record(position);
  return { partition: history.partition, position, valueType, intent, instance };
}
