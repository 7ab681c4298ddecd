import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPhases } from '../../../src/model/exporting.ts';
import { whosePause, type PauseEvidence } from '../../../src/model/whose-pause.ts';
import type { ClusterTopology } from '../../../src/model/zeebe.ts';

const instant = fc
  .integer({ min: 0, max: 30 })
  .map((minute) => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString());
const runId = fc.constantFrom('run-1', 'run-2', 'run-3');
const pause = fc.record({
  declaredAt: instant,
  deadline: instant,
  outcome: fc.constantFrom('unknown' as const, 'paused' as const),
});

const topology: ClusterTopology = {
  brokers: [0, 1, 2].map((nodeId) => ({ nodeId, partitions: [1, 2] })),
  partitionIds: [1, 2],
  exporters: ['elasticsearch'],
  changePending: false,
};

/** Every broker answers, answers without some partitions, or does not answer. */
const readings = fc.tuple(
  ...topology.brokers.map(({ nodeId }) =>
    fc.oneof(
      fc.constant({ nodeId, unreachable: 'no connection' }),
      fc
        .subarray([1, 2])
        .chain((partitions) =>
          fc.tuple(
            ...partitions.map((partitionId) =>
              fc.constantFrom('EXPORTING', 'SOFT_PAUSED', 'PAUSED', 'CLOSED').map((exporterPhase) => ({
                partitionId,
                role: 'FOLLOWER',
                exporterPhase,
                exportedPosition: '1',
                processedPosition: '1',
              })),
            ),
          ),
        )
        .map((replicas) => ({ nodeId, replicas })),
    ),
  ),
);

interface Known extends PauseEvidence {
  readonly replicas: readonly string[];
}

const evidence: fc.Arbitrary<Known> = fc
  .record(
    {
      now: instant,
      brokers: readings,
      softPauseExists: fc.boolean(),
      openRun: fc.record({ runId, pause }, { requiredKeys: ['runId'] }),
      trace: fc.record({ cluster: fc.constant('prod'), runId, declaredAt: instant, mayLandUntil: instant }),
      lastRun: fc.record(
        { runId, closedAt: instant, pause, resumedVerifiedAt: instant },
        { requiredKeys: ['runId', 'closedAt'] },
      ),
      watch: fc.record(
        { cleanAt: instant, held: fc.record({ runId, declaredAt: instant }), unexplainedSince: instant },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['now', 'brokers', 'softPauseExists'] },
  )
  .map(({ brokers, ...rest }) => ({
    ...rest,
    reading: readPhases(topology, brokers),
    replicas: brokers.flatMap((broker) =>
      'replicas' in broker ? broker.replicas.map(({ exporterPhase }) => exporterPhase) : [],
    ),
  }));

const holdsAlways = (property: (known: Known, owner: string, because: string) => boolean): void => {
  fc.assert(
    fc.property(evidence, (known) => {
      const { owner, because } = whosePause(known);

      expect({ owner, because, holds: property(known, owner, because) }).toMatchObject({ holds: true });
    }),
    { numRuns: 2_000 },
  );
};

test('"not paused" is said exactly when all six replicas were read as exporting', () => {
  holdsAlways(
    ({ replicas }, owner) =>
      (owner === 'NOT_PAUSED') === (replicas.length === 6 && replicas.every((phase) => phase === 'EXPORTING')),
  );
});

test('"unreadable" is never said of a cluster on which a pause was seen', () => {
  holdsAlways(({ replicas }, owner) => !(owner === 'UNREADABLE' && replicas.some((phase) => phase.endsWith('PAUSED'))));
});

test('while a run is open a pause is only ever held or overdue', () => {
  holdsAlways(({ openRun, reading }, owner) =>
    openRun === undefined || !reading.anyPaused
      ? owner !== 'HELD' && owner !== 'OVERDUE'
      : owner === 'HELD' || owner === 'OVERDUE',
  );
});

test('a pause is overdue exactly when the deadline of the open run is not in the future', () => {
  holdsAlways(
    ({ openRun, reading, now }, owner) =>
      (owner === 'OVERDUE') === (reading.anyPaused && openRun?.pause !== undefined && openRun.pause.deadline <= now),
  );
});

test('without an open run a hard pause is never lifted where a soft one exists', () => {
  holdsAlways(
    ({ openRun, replicas, softPauseExists }, owner) =>
      openRun !== undefined || !softPauseExists || !replicas.includes('PAUSED') || owner === 'FOREIGN',
  );
});

test('a pause is ours only where something of ours is known', () => {
  holdsAlways(
    ({ lastRun, trace, watch }, owner) =>
      owner !== 'OURS' || lastRun !== undefined || trace !== undefined || watch?.held !== undefined,
  );
});

test('a soft pause is ours when our last run declared one, never verified a resume and exporting was not read as clean since', () => {
  holdsAlways(
    ({ openRun, lastRun, reading, replicas, watch }, owner) =>
      openRun !== undefined ||
      !reading.anyPaused ||
      replicas.includes('PAUSED') ||
      lastRun?.pause === undefined ||
      lastRun.resumedVerifiedAt !== undefined ||
      (lastRun.pause.outcome === 'paused' && watch?.cleanAt !== undefined && watch.cleanAt > lastRun.closedAt) ||
      owner === 'OURS',
  );
});

test('a soft pause is foreign only after a clean reading', () => {
  holdsAlways(
    ({ lastRun, watch, replicas }, owner) =>
      owner !== 'FOREIGN' ||
      replicas.includes('PAUSED') ||
      watch?.cleanAt !== undefined ||
      lastRun?.resumedVerifiedAt !== undefined,
  );
});

const cleanAfter = ({ lastRun, watch }: Known, time: string): boolean =>
  [watch?.cleanAt, lastRun?.resumedVerifiedAt].some((cleanAt) => cleanAt !== undefined && cleanAt > time);

test('a soft pause is ours while its trace is all that is left, and nothing was clean since its call could land', () => {
  holdsAlways(
    (known, owner) =>
      known.openRun !== undefined ||
      !known.reading.anyPaused ||
      known.replicas.includes('PAUSED') ||
      known.trace === undefined ||
      cleanAfter(known, known.trace.mayLandUntil) ||
      owner === 'OURS',
  );
});

test('a trace that something clean came after changes no verdict', () => {
  holdsAlways((known, owner) => {
    const { trace, ...rest } = known;
    return trace === undefined || !cleanAfter(known, trace.mayLandUntil) || whosePause(rest).owner === owner;
  });
});

test('a trace never makes a pause of an open run, a hard one where a soft one exists, or a cluster that shows none ours', () => {
  holdsAlways((known, owner) => {
    const { trace: _trace, ...rest } = known;
    const before = whosePause(rest).owner;
    return owner === before || ((before === 'UNKNOWN' || before === 'FOREIGN') && owner === 'OURS');
  });
});

test('every verdict has a sentence without a gap in it', () => {
  holdsAlways((_known, _owner, because) => because.length > 10 && !because.includes('undefined'));
});
