export type Cancel = () => void;

/** Time as the model sees it: the only place that knows that it is real. */
export interface Clock {
  now(): number;
  after(ms: number, act: () => void): Cancel;
  every(ms: number, act: () => void): Cancel;
  /** Nothing that was planned happens any more. */
  close(): void;
}

export function createRealClock(): Clock {
  const planned = new Set<Cancel>();
  let closed = false;

  return {
    now: () => Date.now(),
    after(ms, act) {
      if (closed) return () => undefined;
      const timer = setTimeout(() => {
        planned.delete(cancel);
        act();
      }, ms);
      const cancel = (): void => {
        planned.delete(cancel);
        clearTimeout(timer);
      };
      planned.add(cancel);
      return cancel;
    },
    every(ms, act) {
      if (closed) return () => undefined;
      const timer = setInterval(act, ms);
      const cancel = (): void => {
        planned.delete(cancel);
        clearInterval(timer);
      };
      planned.add(cancel);
      return cancel;
    },
    close() {
      closed = true;
      for (const cancel of planned) cancel();
    },
  };
}

export interface ManualClock extends Clock {
  /** Lets that much time pass: what was planned in it happens, in its order. */
  advance(ms: number): void;
}

/** A clock that stands still until it is told: the model without waiting. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  const planned = new Set<{ at: number; readonly everyMs: number | undefined; readonly act: () => void }>();
  let nowMs = startMs;

  const plan = (ms: number, everyMs: number | undefined, act: () => void): Cancel => {
    const entry = { at: nowMs + ms, everyMs, act };
    planned.add(entry);
    return () => void planned.delete(entry);
  };

  return {
    // As a real clock tells it, also when something was planned for a fraction of a millisecond.
    now: () => Math.floor(nowMs),
    after: (ms, act) => plan(ms, undefined, act),
    every: (ms, act) => plan(ms, ms, act),
    close: () => planned.clear(),
    advance(ms) {
      const until = nowMs + ms;
      for (;;) {
        const [next] = [...planned].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (!next) break;
        nowMs = Math.max(nowMs, next.at);
        if (next.everyMs === undefined) planned.delete(next);
        else next.at += next.everyMs;
        next.act();
      }
      nowMs = until;
    },
  };
}
