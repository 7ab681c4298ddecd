import { EventEmitter, once } from 'node:events';

/** Which calls a fault is for. What is absent matches everything. */
export interface CallMatch {
  /** `gateway`, `broker-0`, `operate`, `tasklist`, `optimize` or `search-engine`; `broker` is every broker. */
  readonly component?: string;
  readonly method?: string;
  /** A text matches the path with or without its query; a pattern is tried on the path with its query. */
  readonly path?: string | RegExp;
}

export type Fault =
  /** Answered instead of doing it. */
  | { readonly status: number; readonly body?: unknown }
  /** Done after a while. */
  | { readonly delayMs: number }
  /** The connection is cut and nothing is done. */
  | 'drop-before-act'
  /** It is done, and the connection is cut instead of an answer. */
  | 'drop-after-act'
  /** Answered by a proxy's page instead of doing it. */
  | 'html'
  /** The call stands still until `released` resolves: before it is done, or between deed and answer. */
  | { readonly held: { readonly released: Promise<unknown> }; readonly when?: 'before-act' | 'after-act' };

export interface FaultHandle {
  remove(): void;
  /** How many calls it met. */
  readonly hits: number;
  /** Resolves when it has met that many calls. */
  reached(hits?: number): Promise<void>;
}

export interface Faults {
  add(match: CallMatch, fault: Fault, options?: { readonly times?: number }): FaultHandle;
  /** The fault for this call, counted as met. The one added last wins. */
  meet(call: { readonly component: string; readonly method: string; readonly path: string }): Fault | undefined;
}

interface ActiveFault {
  readonly match: CallMatch;
  readonly fault: Fault;
  readonly times: number;
  readonly met: EventEmitter;
  hits: number;
}

export function createFaults(): Faults {
  const active: ActiveFault[] = [];
  const remove = (each: ActiveFault): void => {
    const at = active.indexOf(each);
    if (at >= 0) active.splice(at, 1);
  };

  return {
    add(match, fault, { times = Infinity } = {}) {
      const added: ActiveFault = { match, fault, times, met: new EventEmitter(), hits: 0 };
      active.push(added);
      return {
        remove: () => remove(added),
        get hits() {
          return added.hits;
        },
        async reached(hits = 1) {
          while (added.hits < hits) await once(added.met, 'hit');
        },
      };
    },
    meet(call) {
      const found = active.findLast(({ match }) => matches(match, call));
      if (!found) return undefined;
      found.hits += 1;
      if (found.hits >= found.times) remove(found);
      found.met.emit('hit');
      return found.fault;
    },
  };
}

function matches(match: CallMatch, call: { component: string; method: string; path: string }): boolean {
  const { component, method, path } = match;
  if (component !== undefined && component !== call.component && !call.component.startsWith(`${component}-`))
    return false;
  if (method !== undefined && method.toUpperCase() !== call.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? [call.path, call.path.split('?')[0]].includes(path) : path.test(call.path);
}
