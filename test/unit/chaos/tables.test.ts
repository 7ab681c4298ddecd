import { expect, test } from 'vitest';
import { faultNames } from '../../../scripts/chaos/faults/index.ts';
import type { CaseResult } from '../../../scripts/chaos/judging/case-result.ts';
import { createCoverage, isLacking, lackingCasesOf } from '../../../scripts/chaos/judging/coverage.ts';
import {
  coverageTable,
  idleLines,
  pauseLines,
  survivalTable,
  violationLines,
} from '../../../scripts/chaos/judging/tables.ts';
import { casesOf, stepsFor, type Blow } from '../../../scripts/chaos/plan/cases.ts';
import { boundMs } from '../../../scripts/chaos/world/settings.ts';

const hit = (fault: string, step: string, more: object = {}) => ({
  fault,
  step,
  point: 'boundary',
  dealt: true,
  inPause: false,
  ...more,
});
const result = (blows: CaseResult['blows'], more: Partial<CaseResult> = {}): CaseResult => ({
  seed: 1,
  name: '1',
  cluster: 'chaos-1',
  kind: 0,
  blows,
  backups: 1,
  ends: ['COMPLETED'],
  wentOn: true,
  pausedAfterMs: 0,
  violations: [],
  timeline: [],
  ...more,
});

const results = [
  result([hit('worker: SIGKILL', 'PAUSE', { inPause: true })]),
  result([hit('worker: SIGKILL', 'PAUSE'), hit('call: 500', 'RESUME', { dealt: false })], { pausedAfterMs: 2_000 }),
  result([hit('child: terminate', 'TAKE_ZEEBE', { inPause: true })], {
    ends: ['FAILED OperationTerminated'],
    wentOn: false,
    pausedAfterMs: 900,
    violations: [{ kind: 'UNNAMED_ORPHAN', what: 'Zeebe 12' }],
  }),
  result([hit('stranger: soft pause, idle; nothing', 'IDLE')], { backups: 0, ends: [], wentOn: false }),
];

test('the coverage counts hits by fault and step, and leaves out what was missed and where nothing ran', () => {
  const table = coverageTable(results);
  const row = table.find((line) => line.startsWith('| worker: SIGKILL |'));
  expect(row?.split(' | ').filter((cell) => cell === '2')).toHaveLength(1);
  expect(table.at(-2)).toBe('3 hits, 2 of them while exporting was paused (67 %).');
  expect(table.at(-1)).toMatch(/^\d+ cells; the fewest hits in one: 0; cells with fewer than 5: \d+\.$/);
});

test('how backups ended is told of those that met one fault alone', () => {
  expect(survivalTable(results)).toEqual([
    '| Fault, alone | Backups | Completed | Ends |',
    '| --- | --: | --: | --- |',
    '| worker: SIGKILL | 1 | 100 % (promised: 100 %) | 1 COMPLETED |',
    '| child: terminate | 1 | 0 % | 1 FAILED OperationTerminated |',
  ]);
});

test('pauses are told apart by whether the backup went on, next to what the settings promise', () => {
  expect(pauseLines(results).slice(2)).toEqual([
    `| The backup had ended | 1 | 0.9 s | 0.9 s | 0.9 s | ${(boundMs / 1_000).toFixed(1)} s |`,
    '| The backup went on | 2 | 2.0 s | 2.0 s | 2.0 s | 40s (maxPause) |',
  ]);
});

test('violations are counted by kind, idle clusters by themselves', () => {
  expect(violationLines(results)).toEqual(['4 cases, 3 backups. Violations: ', '  UNNAMED_ORPHAN: 1']);
  expect(violationLines([])).toEqual(['0 cases, 0 backups. Violations: none']);
  expect(idleLines(results)).toEqual(["Strangers' pauses on idle clusters: 1, left alone and reported: 1"]);
});

test('what is lacking is taken until each fault has met each step, and no case that lacks nothing', () => {
  const coverage = createCoverage([]);
  const wanted = faultNames.filter((fault) => !fault.startsWith('server:'));
  let taken = 0;
  for (const each of lackingCasesOf(3, coverage, 1)) {
    expect(isLacking(each, coverage, 1)).toBe(true);
    coverage.add(result(each.blows.map(({ fault, step }: Blow) => hit(fault, step))));
    taken += 1;
  }
  expect(wanted.flatMap((fault) => stepsFor(fault).filter((step) => coverage.hits(fault, step) === 0))).toEqual([]);
  const [first] = casesOf(3);
  if (first === undefined) throw new TypeError('unreachable');
  expect([taken > 100, isLacking(first, coverage, 1)]).toEqual([true, false]);
});
