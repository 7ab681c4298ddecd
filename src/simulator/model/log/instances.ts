import type { KindName, RecordLog } from './record-log.ts';

/** The next record of a partition that is at work. */
export interface Instances {
  next(): { readonly kind: KindName; readonly instance: number };
}

const starting: readonly KindName[] = ['create', 'created', 'activated', 'jobCreated'];
const ending: readonly KindName[] = ['completeJob', 'jobCompleted', 'completed'];

/**
 * Process instances that start and end in an order that the seed decides, about `open()` of them at a time. Goes on
 * from what the log holds.
 */
export function createInstances(log: RecordLog, open: () => number, seed: number): Instances {
  const random = createRandom(seed);
  const { running, last: lastInLog } = instancesIn(log);
  let last = lastInLog;
  const pending: { readonly kind: KindName; readonly instance: number }[] = [];

  const plan = (): void => {
    // Between an empty and a doubly full house the odds move from starting everything to ending everything.
    const start = running.length === 0 || random() > running.length / (2 * open());
    const instance = start ? last + 1 : (running.splice(Math.floor(random() * running.length), 1)[0] ?? last);
    if (start) {
      last = instance;
      running.push(instance);
    }
    for (const kind of start ? starting : ending) pending.push({ kind, instance });
  };

  return {
    next() {
      if (pending.length === 0) plan();
      return pending.shift() ?? { kind: 'create', instance: (last += 1) };
    },
  };
}

function instancesIn(log: RecordLog): { readonly running: number[]; readonly last: number } {
  const running = new Set<number>();
  let last = 0;
  for (let position = 1; position <= log.head; position++) {
    const { instance, valueType, intent } = log.at(position);
    last = Math.max(last, instance);
    if (valueType !== 'PROCESS_INSTANCE') continue;
    if (intent === 'ELEMENT_ACTIVATED') running.add(instance);
    else running.delete(instance);
  }
  return { running: [...running], last };
}

/** mulberry32: the same numbers for the same seed on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
