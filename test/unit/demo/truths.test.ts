import { expect, test } from 'vitest';
import { exitCodeOf, truths, type Shown } from '../../../src/demo/truths.ts';

const inPhase = (phase: string): readonly string[] =>
  [0, 1].flatMap((broker) => [1, 2].map((partition) => `broker ${broker} partition ${partition} ${phase}`));

const good = {
  state: 'COMPLETED',
  attempts: 1,
  zeebeTakes: 1,
  phasesAfter: inPhase('EXPORTING'),
  judged: 'consistent',
} as const;
const kill = { phasesAtKill: inPhase('SOFT_PAUSED'), phasesWithoutWorker: inPhase('SOFT_PAUSED') };
const asClaimed: Shown = {
  replicas: 4,
  plain: good,
  killed: { ...good, kill },
  lifted: { ...good, state: 'BackupInconsistent', judged: 'not consistent' },
};
const mixed = [...inPhase('EXPORTING').slice(1), 'broker 0 partition 1 SOFT_PAUSED'];

test('a demo in which everything was as claimed ends with 0', () => {
  const shown = truths(asClaimed);

  expect(shown.filter(({ holds }) => !holds)).toEqual([]);
  expect(exitCodeOf(shown)).toBe(0);
});

const but = (part: 'plain' | 'killed' | 'lifted', other: Partial<Shown['plain']>): Shown => ({
  ...asClaimed,
  [part]: { ...asClaimed[part], ...other },
});

test.each<{ readonly title: string; readonly shown: Shown; readonly seen: string }>([
  { title: 'the first backup failed', shown: but('plain', { state: 'BackupFailed' }), seen: 'BackupFailed' },
  {
    title: 'a replica is still paused after the first',
    shown: but('plain', { phasesAfter: mixed }),
    seen: 'broker 0 partition 1 SOFT_PAUSED',
  },
  {
    title: 'a broker was not read after the second',
    shown: but('killed', { phasesAfter: inPhase('EXPORTING').slice(2) }),
    seen: '2 of 4 replicas read',
  },
  {
    title: 'the judge finds the first set inconsistent',
    shown: but('plain', { judged: 'not consistent' }),
    seen: 'not consistent',
  },
  {
    title: 'the judge finds the second set inconsistent',
    shown: but('killed', { judged: 'not consistent' }),
    seen: 'not consistent',
  },
  {
    title: 'the second backup took Zeebe twice',
    shown: but('killed', { zeebeTakes: 2 }),
    seen: '2 taken, 1 attempts',
  },
  { title: 'the second backup needed a second ID', shown: but('killed', { attempts: 2 }), seen: '1 taken, 2 attempts' },
  {
    title: 'exporting was not paused everywhere when the worker was killed',
    shown: { ...asClaimed, killed: { ...good, kill: { ...kill, phasesAtKill: inPhase('EXPORTING') } } },
    seen: inPhase('EXPORTING').join('; '),
  },
  {
    title: 'exporting went on without a worker',
    shown: { ...asClaimed, killed: { ...good, kill: { ...kill, phasesWithoutWorker: inPhase('EXPORTING') } } },
    seen: inPhase('EXPORTING').join('; '),
  },
  {
    title: 'a backup whose pause was lifted is called COMPLETED',
    shown: but('lifted', { state: 'COMPLETED' }),
    seen: 'COMPLETED',
  },
  {
    title: 'the judge finds nothing wrong with a lifted pause',
    shown: but('lifted', { judged: 'consistent' }),
    seen: 'consistent',
  },
  { title: 'there is no third set to judge', shown: but('lifted', { judged: 'no set' }), seen: 'no set' },
])('$title: one claim is false, and the demo ends with 1', ({ shown, seen }) => {
  const claims = truths(shown);

  expect(claims.filter(({ holds }) => !holds).map((claim) => claim.seen)).toEqual([seen]);
  expect(exitCodeOf(claims)).toBe(1);
});

test('without a kill both claims about it are false', () => {
  const claims = truths({ ...asClaimed, killed: { ...good, kill: undefined } });

  expect(claims.filter(({ holds }) => !holds).map(({ seen }) => seen)).toEqual(Array(2).fill('0 of 4 replicas read'));
});
