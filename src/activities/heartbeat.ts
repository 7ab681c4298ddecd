import { Context } from '@temporalio/activity';

/** Reports what was seen; shown in the Web UI and handed to the next attempt. */
export type Beat = (details: unknown) => void;

/**
 * Runs a wait and repeats its last heartbeat while a call of it is in flight: a server that hangs for as long as its deadline must not
 * look like a dead worker, or the attempt would be taken away before it comes to its next step, again and again.
 */
export async function heartbeating<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  const { heartbeatTimeoutMs, heartbeatDetails } = context.info;
  let last: unknown = heartbeatDetails;
  const repeat =
    heartbeatTimeoutMs === undefined ? undefined : setInterval(() => context.heartbeat(last), heartbeatTimeoutMs / 3);
  try {
    return await work((details) => {
      last = details;
      context.heartbeat(details);
    });
  } finally {
    clearInterval(repeat);
  }
}
