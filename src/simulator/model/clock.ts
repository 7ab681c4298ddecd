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
