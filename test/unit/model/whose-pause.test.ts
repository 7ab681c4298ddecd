import { describe, expect, test } from 'vitest';
import type { PhaseReading } from '../../../src/model/exporting.ts';
import { whosePause, type PauseEvidence } from '../../../src/model/whose-pause.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();

const reading = (phase: PhaseReading['phase'], other: Partial<PhaseReading> = {}): PhaseReading => ({
  phase,
  notExporting: phase === 'exporting' ? [] : ['partition 1 on broker 0: SOFT_PAUSED'],
  anyPaused: phase === 'soft-paused' || phase === 'paused' || phase === 'mixed',
  anyHardPaused: phase === 'paused',
  ...other,
});
const exporting = reading('exporting');
const soft = reading('soft-paused');
const hard = reading('paused');
const mixed = reading('mixed');

const pause = { declaredAt: at(10), deadline: at(40), outcome: 'paused' } as const;
const openRun = { runId: 'run-2', pause };
/** Declared a pause and ended without a verified resume. */
const diedInPause = { runId: 'run-1', closedAt: at(20), pause };
const resumed = { runId: 'run-1', closedAt: at(20), resumedVerifiedAt: at(19) };

const verdict = (evidence: Partial<PauseEvidence>) =>
  whosePause({ now: at(30), reading: soft, softPauseExists: true, ...evidence });

describe('a cluster that shows no pause', () => {
  test('is not paused when every replica was read as exporting, whatever is known of runs', () => {
    expect(verdict({ reading: exporting, lastRun: diedInPause, openRun })).toEqual({
      owner: 'NOT_PAUSED',
      because: 'every replica was read as EXPORTING',
    });
  });

  test('is unreadable when a replica was not read, and the sentence names it', () => {
    const unread = reading('unknown', { notExporting: ['partition 2 on broker 1: no connection'], anyPaused: false });

    expect(verdict({ reading: unread, lastRun: diedInPause })).toEqual({
      owner: 'UNREADABLE',
      because: 'no replica was read as paused; partition 2 on broker 1: no connection',
    });
  });

  test('is unreadable, not clean, when replicas disagree without any pause', () => {
    expect(verdict({ reading: reading('mixed', { anyPaused: false }) }).owner).toBe('UNREADABLE');
  });
});

describe('while a run of ours is open', () => {
  test('the pause is held until the deadline', () => {
    expect(verdict({ openRun, now: at(39) })).toEqual({ owner: 'HELD', because: 'run run-2 is open' });
  });

  test('the pause is overdue from the very moment of the deadline', () => {
    expect(verdict({ openRun, now: at(40) })).toEqual({
      owner: 'OVERDUE',
      because: `run run-2 is open and its deadline ${at(40)} has passed`,
    });
  });

  test('a run that has declared no pause yet holds all the same', () => {
    expect(verdict({ openRun: { runId: 'run-2' }, lastRun: diedInPause }).owner).toBe('HELD');
  });
});

describe('a hard pause', () => {
  test('is foreign where a soft pause exists, even after a run of ours that died in its pause', () => {
    expect(verdict({ reading: hard, lastRun: diedInPause })).toEqual({
      owner: 'FOREIGN',
      because: 'a replica is PAUSED (hard), and we only ever pause softly here',
    });
  });

  test('on one replica among soft ones is foreign too', () => {
    expect(verdict({ reading: { ...mixed, anyHardPaused: true }, lastRun: diedInPause }).owner).toBe('FOREIGN');
  });

  test('is ours where the version has no other and our run died in it', () => {
    expect(verdict({ reading: hard, softPauseExists: false, lastRun: diedInPause }).owner).toBe('OURS');
  });
});

describe('a soft pause after our last run', () => {
  test('is ours when that run never verified its resume', () => {
    expect(verdict({ lastRun: diedInPause })).toEqual({
      owner: 'OURS',
      because: `run run-1 declared a pause at ${at(10)} and ended without verifying the resume`,
    });
  });

  test('is not ours when that run verified the resume of its own', () => {
    expect(verdict({ lastRun: { ...diedInPause, resumedVerifiedAt: at(19) } }).owner).toBe('UNKNOWN');
  });

  test('is ours when the watch saw it held and the record of the run is gone', () => {
    expect(verdict({ watch: { cleanAt: at(5), held: { runId: 'run-1', declaredAt: at(10) } } })).toEqual({
      owner: 'OURS',
      because: `the watch saw run run-1 hold a pause declared at ${at(10)}; its record is gone`,
    });
  });

  test.each([
    ['after that pause was declared: it is settled', at(11), 'UNKNOWN'],
    ['at the same moment: it is not', at(10), 'OURS'],
    ['before it: it is not', at(9), 'OURS'],
  ])('seen held by the watch, with a later run that verified a resume %s', (_, resumedVerifiedAt, owner) => {
    const lastRun = { runId: 'run-3', closedAt: at(25), resumedVerifiedAt };

    expect(verdict({ lastRun, watch: { held: { runId: 'run-1', declaredAt: at(10) } } }).owner).toBe(owner);
  });

  test('is ours when replicas disagree and a run was open since the last clean reading', () => {
    expect(verdict({ reading: mixed, lastRun: resumed, watch: { cleanAt: at(15) } })).toEqual({
      owner: 'OURS',
      because:
        'replicas disagree (partition 1 on broker 0: SOFT_PAUSED) and run run-1 was open since the last clean reading',
    });
  });

  test('is foreign when it was clean after that run had closed', () => {
    const expected = {
      owner: 'FOREIGN',
      because: `exporting was clean at ${at(21)} and no run of ours was open since`,
    };

    expect(verdict({ lastRun: resumed, watch: { cleanAt: at(21) } })).toEqual(expected);
    expect(verdict({ lastRun: resumed, reading: mixed, watch: { cleanAt: at(21) } })).toEqual(expected);
  });

  test('is foreign when it was clean in the moment in which that run closed', () => {
    expect(verdict({ lastRun: resumed, watch: { cleanAt: at(20) } }).owner).toBe('FOREIGN');
  });

  test('is unknown when nobody looked between the end of that run and now', () => {
    expect(verdict({ lastRun: resumed })).toEqual({
      owner: 'UNKNOWN',
      because: `nothing explains the pause since ${at(19)}`,
    });
  });
});

describe('a soft pause without any run of ours', () => {
  test('is foreign after a clean reading', () => {
    expect(verdict({ watch: { cleanAt: at(5) } }).owner).toBe('FOREIGN');
  });

  test('is unknown when there is no earlier reading either', () => {
    expect(verdict({})).toEqual({ owner: 'UNKNOWN', because: 'no earlier reading and no run of ours is known' });
  });

  test('is unknown, and not ours, when replicas disagree', () => {
    expect(verdict({ reading: mixed }).owner).toBe('UNKNOWN');
  });
});

describe('a soft pause of which only the trace is left', () => {
  const trace = { cluster: 'prod', runId: 'run-0', declaredAt: at(10), mayLandUntil: at(12) };

  test('is ours, with the time at which it was declared', () => {
    expect(verdict({ trace, watch: { cleanAt: at(9) } })).toEqual({
      owner: 'OURS',
      because: `run run-0 was about to pause at ${at(10)}, nobody verified a resume since, and its record is gone`,
    });
  });

  test('is ours also when it was clean while the pause call could still land', () => {
    expect(verdict({ trace, watch: { cleanAt: at(12) } }).owner).toBe('OURS');
    expect(verdict({ trace, lastRun: { ...resumed, resumedVerifiedAt: at(11) } }).owner).toBe('OURS');
  });

  test('is somebody else’s when the watch read exporting as clean after that', () => {
    expect(verdict({ trace, watch: { cleanAt: at(13) } }).owner).toBe('FOREIGN');
  });

  test('is unknown when a later run verified a resume after that, and nobody looked since', () => {
    expect(verdict({ trace, lastRun: resumed }).owner).toBe('UNKNOWN');
  });

  test('is somebody else’s when it is hard', () => {
    expect(verdict({ trace, reading: hard }).owner).toBe('FOREIGN');
  });
});

test("a pause of a run of ours is over once exporting was read as clean after its end: the next one is somebody else's", () => {
  const lost = { ...diedInPause, pause: { ...pause, outcome: 'unknown' } } as const;

  expect(verdict({ lastRun: diedInPause, watch: { cleanAt: at(25) } }).owner).toBe('FOREIGN');
  expect(verdict({ lastRun: diedInPause, watch: { cleanAt: at(15) } }).owner).toBe('OURS');
  // A call of it may have landed after that reading.
  expect(verdict({ lastRun: lost, watch: { cleanAt: at(25) } }).owner).toBe('OURS');
});
