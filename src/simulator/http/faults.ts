import { EventEmitter, once } from 'node:events';

/** Which calls a fault is for. What is absent matches everything. */
export interface CallMatch {
  /** `gateway`, `broker-0`, `operate`, `tasklist`, `optimize` or `search-engine`; `broker` is every broker. */
  readonly component?: string;
  readonly method?: string;
  /** A text matches the path with or without its query; a pattern is tried on the path with its query. */
  readonly path?: string | RegExp;
  /** Tried on the `User-Agent`. */
  readonly caller?: RegExp;
}

export type Fault =
  /** Answered instead of doing it. */
  | { readonly status: number; readonly body?: unknown }
  /** The same with a body that is no JSON. */
  | { readonly status: number; readonly text: string }
  /** HTTP 200 with this status and message inside, as the exporting endpoint tells a failure; nothing is done. */
  | { readonly failureInside200: { readonly status?: number; readonly message?: string } }
  /** It is done, and what was answered as JSON is told otherwise: a server that lies. Only in the process. */
  | { readonly rewrite: (body: unknown) => unknown }
  /** Done after a while. */
  | { readonly delayMs: number }
  /** The connection is cut and nothing is done. */
  | 'drop-before-act'
  /** It is done, and the connection is cut instead of an answer. */
  | 'drop-after-act'
  /** It is done, and the connection is cut in the middle of the answer. */
  | 'cut-answer'
  /** Answered by a proxy's page instead of doing it. */
  | 'html'
  /** The call stands still until the fault is released or removed: before it is done, or between deed and answer. */
  | { readonly hold: 'before-act' | 'after-act' }
  /** The same until `released` resolves. */
  | { readonly held: { readonly released: Promise<unknown> }; readonly when?: 'before-act' | 'after-act' };

/** What a call meets: a hold as what it waits for. */
export type MetFault = Exclude<Fault, { readonly hold: unknown }>;

export interface FaultHandle {
  readonly id: string;
  remove(): void;
  /** Lets go the calls that a `hold` holds, and those to come. */
  release(): void;
  /** How many calls it met. */
  readonly hits: number;
  /** Resolves when it has met that many calls. */
  reached(hits?: number): Promise<void>;
}

export interface ActiveFault {
  readonly handle: FaultHandle;
  readonly match: CallMatch;
  readonly fault: Fault;
  /** How many calls it is for in all. */
  readonly times: number;
}

/** What of a call decides whether a fault meets it. */
export type FaultyCall = Readonly<Record<'component' | 'method' | 'path' | 'caller', string>>;

export interface Faults {
  add(match: CallMatch, fault: Fault, options?: { readonly times?: number }): FaultHandle;
  /** Those that are to meet more calls, and those that hold some. */
  readonly active: readonly ActiveFault[];
  /** The fault for this call, counted as met. The one added last wins. */
  meet(call: FaultyCall): MetFault | undefined;
}

interface Entry extends ActiveFault {
  readonly met: EventEmitter;
  readonly released: Promise<void>;
  hits: number;
}

export function createFaults(): Faults {
  const active: Entry[] = [];
  let added = 0;

  return {
    active,
    add(match, fault, { times = Infinity } = {}) {
      added += 1;
      const id = String(added);
      const met = new EventEmitter();
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const handle: FaultHandle = {
        id,
        release,
        remove() {
          const at = active.indexOf(entry);
          if (at >= 0) active.splice(at, 1);
          release();
        },
        get hits() {
          return entry.hits;
        },
        async reached(hits = 1) {
          while (entry.hits < hits) await once(met, 'hit');
        },
      };
      const entry: Entry = { handle, match, fault, times, met, released, hits: 0 };
      active.push(entry);
      return handle;
    },
    meet(call) {
      const found = active.findLast(({ match, hits, times }) => hits < times && matches(match, call));
      if (!found) return undefined;
      found.hits += 1;
      found.met.emit('hit');
      const { fault, released, handle } = found;
      if (typeof fault === 'object' && 'hold' in fault) return { held: { released }, when: fault.hold };
      if (found.hits >= found.times) handle.remove();
      return fault;
    },
  };
}

function matches({ component, method, path, caller }: CallMatch, call: FaultyCall): boolean {
  if (component !== undefined && component !== call.component && !call.component.startsWith(`${component}-`))
    return false;
  if (method !== undefined && method.toUpperCase() !== call.method) return false;
  if (caller !== undefined && !caller.test(call.caller)) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? [call.path, call.path.split('?')[0]].includes(path) : path.test(call.path);
}
