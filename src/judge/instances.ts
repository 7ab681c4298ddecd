import type { Histories } from './history.ts';
import type { RestoredIndex, RestoredLog, RestoredPartition } from './restore.ts';
import type { Spans } from './spans.ts';
import type { ShownInstances } from './verdict.ts';

const valueType = 'PROCESS_INSTANCE';

/** Process instances of one partition that are active, as the restored broker knows them. */
export function activeInstances({ history, checkpoint }: RestoredLog): ReadonlySet<number> {
  const active = new Set<number>();
  for (const position of history.exported(valueType)) {
    if (position > checkpoint) break;
    const { intent, instance } = history.record(position);
    if (intent === 'ELEMENT_ACTIVATED') active.add(instance);
    else if (intent === 'ELEMENT_COMPLETED') active.delete(instance);
  }
  return active;
}

/** What each application shows of the instances, beside what the brokers know of them. */
export function shownInstances(
  partitions: readonly RestoredPartition[],
  histories: Histories,
): readonly ShownInstances[] {
  const indices = partitions[0]?.indices.filter((index) => index.valueTypes.includes(valueType)) ?? [];
  return [...new Set(indices.map(({ application }) => application))].map((application) => {
    const own = indices.filter((index) => index.application === application);
    const where = (own.find(({ index }) => index.includes('list-view')) ?? own[0])?.index ?? application;
    const each = partitions.map(({ log, indices: all }) =>
      shownBy(
        all.find(({ index }) => index === where),
        log,
        histories,
      ),
    );
    const sum = (count: (shown: Counts) => number): number => each.reduce((total, shown) => total + count(shown), 0);
    return {
      where,
      activeInZeebe: sum((shown) => shown.activeInZeebe),
      shownActive: sum((shown) => shown.shownActive),
      ghosts: sum((shown) => shown.ghosts),
      unknown: sum((shown) => shown.unknown),
      shownCompleted: sum((shown) => shown.shownCompleted),
      endedUnknown: sum((shown) => shown.endedUnknown),
      fromTheFuture: sum((shown) => shown.fromTheFuture),
    };
  });
}

type Counts = Omit<ShownInstances, 'where'>;

function shownBy(index: RestoredIndex | undefined, log: RestoredLog, histories: Histories): Counts {
  const truth = activeInstances(log);
  const { history, checkpoint } = log;
  const started = new Set<number>();
  const shown = new Set<number>();
  const completed = new Set<number>();
  const show = (intent: string, instance: number): void => {
    if (intent === 'ELEMENT_ACTIVATED' || intent === 'ELEMENT_COMPLETED') shown.add(instance);
    if (intent === 'ELEMENT_COMPLETED') completed.add(instance);
  };
  const { own, foreign } = index?.held(valueType) ?? { own: [], foreign: [] };

  const holds = membership(own);
  for (const position of history.exported(valueType)) {
    if (position > checkpoint) break;
    const { intent, instance } = history.record(position);
    if (intent === 'ELEMENT_ACTIVATED') started.add(instance);
    if (holds(position)) show(intent, instance);
  }
  for (const { line, from, to } of foreign) {
    const other = histories.of(history.partition, line, 'A captured index');
    for (const position of other.exported(valueType)) {
      if (position < from || position > to) continue;
      const { intent, instance } = other.record(position);
      show(intent, instance);
    }
  }

  const count = (instances: Iterable<number>, holding: (instance: number) => boolean): number =>
    [...instances].filter(holding).length;
  const isShownActive = (instance: number): boolean => shown.has(instance) && !completed.has(instance);
  return {
    activeInZeebe: truth.size,
    shownActive: count(shown, isShownActive),
    ghosts: count(shown, (instance) => isShownActive(instance) && !truth.has(instance)),
    unknown: count(truth, (instance) => !shown.has(instance)),
    shownCompleted: count(truth, (instance) => completed.has(instance)),
    endedUnknown: count(started, (instance) => !truth.has(instance) && !shown.has(instance)),
    fromTheFuture: count(shown, (instance) => !started.has(instance)),
  };
}

/** Answers for positions that only grow. */
function membership(spans: Spans): (position: number) => boolean {
  let at = 0;
  return (position) => {
    while ((spans[at]?.to ?? Infinity) < position) at += 1;
    return (spans[at]?.from ?? Infinity) <= position;
  };
}
