import { setTimeout as sleep } from 'node:timers/promises';
import type { FallenBlow } from './case-record.ts';
import { holdAt, meetAt } from './arrival.ts';
import { faultOf, type Arena } from '../faults/index.ts';
import type { Blow } from '../plan/cases.ts';
import { stepOf } from '../plan/steps.ts';

/** A fault that meets calls for a while. */
const whileMs = 1_200;

/**
 * Waits until the backup comes to the blow's point and deals it. Resolves when the backup goes on; `over` when the fault
 * is over.
 */
export async function deal(arena: Arena, blow: Blow): Promise<{ readonly over: Promise<FallenBlow> }> {
  const { simulator } = arena.cluster;
  const place = { step: stepOf(blow.step), point: blow.point };
  const fault = faultOf(blow.fault);
  const inPause = (): boolean => simulator.cluster.pausedSince() !== undefined;
  const missed = { over: Promise.resolve({ ...blow, inPause: false }) };

  if (fault.kind === 'wire') {
    const met = await meetAt(simulator, place, fault, arena.ended);
    if (met === undefined) return missed;
    const fallen = { ...blow, at: Date.now(), inPause: inPause() };
    return {
      over: sleep(whileMs).then(() => {
        met.remove();
        return { ...fallen, endedAt: Date.now() };
      }),
    };
  }

  const held = await holdAt(simulator, place, arena.ended);
  if (held === undefined) return missed;
  const fallen = { ...blow, at: Date.now(), inPause: inPause() };
  try {
    const aftermath = await fault.deal(arena);
    const { lastsMs = 0, end } = aftermath ?? {};
    return {
      over: sleep(lastsMs)
        .then(() => end?.())
        .then(() => ({ ...fallen, endedAt: Date.now() })),
    };
  } catch (error) {
    // Nothing there to do it to: the verdict is about what was dealt.
    const problem = error instanceof Error ? error.message : String(error);
    return { over: Promise.resolve({ ...blow, inPause: false, problem }) };
  } finally {
    held.remove();
  }
}
