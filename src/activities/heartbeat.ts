import { activityInfo, Context } from '@temporalio/activity';

/** Reports what was seen; shown in the Web UI and handed to the next attempt. */
export type Beat = (details: unknown) => void;

/** What each running activity reported last. */
const reports = new WeakMap<Context, { last: unknown }>();

/**
 * Runs a wait and repeats its last heartbeat while a call of it is in flight: a server that hangs for as long as its deadline must not
 * look like a dead worker, or the attempt would be taken away before it comes to its next step, again and again. Inside another one only
 * the outer repeats, what was reported last.
 */
export async function heartbeating<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  const { heartbeatTimeoutMs, heartbeatDetails } = context.info;
  const outer = reports.get(context);
  const report = outer ?? { last: heartbeatDetails };
  const beat: Beat = (details) => {
    report.last = details;
    context.heartbeat(details);
  };
  if (outer !== undefined) return work(beat);
  reports.set(context, report);
  // The SDK says 0 where a Workflow of an earlier release scheduled the activity without one.
  const repeat = heartbeatTimeoutMs
    ? setInterval(() => context.heartbeat(report.last), heartbeatTimeoutMs / 3)
    : undefined;
  try {
    return await work(beat);
  } finally {
    clearInterval(repeat);
    reports.delete(context);
  }
}

/**
 * Makes each of these activities heartbeat by itself for as long as it runs, so that any of them can have a heartbeat time-out: a worker that
 * dies is noticed by it, and a slow call never looks like one.
 */
export function heartbeatingEach<A extends object>(activities: A): A {
  for (const [name, activity] of Object.entries(activities)) {
    const value = (...input: readonly unknown[]): Promise<unknown> =>
      heartbeating(async () => Reflect.apply(activity, undefined, input));
    Object.defineProperty(activities, name, { value });
  }
  return activities;
}

/** The list under this key in the last heartbeat of an earlier attempt; empty where there is none. */
export function namedBefore(key: string): readonly string[] {
  const { heartbeatDetails: details } = activityInfo();
  if (typeof details !== 'object' || details === null) return [];
  const list: unknown = Object.entries(details).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}
