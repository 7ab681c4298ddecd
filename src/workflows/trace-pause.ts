import type { PauseTrace } from '../model/pause-trace.ts';

/**
 * Ends at once: what counts is its memo, which tells that a pause is about to be sent. It is started outside the backup and its work, so
 * that deleting both does not delete it.
 */
export function tracePause(_trace: PauseTrace): Promise<void> {
  return Promise.resolve();
}
