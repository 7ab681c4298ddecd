import { expect, test } from 'vitest';
import { exportingReading, goingOn, type WatchResult } from '../../../src/worker/watch-reading.ts';

const startedAt = '2026-11-21T12:00:00.000Z';
const earlier = '2026-11-21T11:30:00.000Z';
const declaredAt = '2026-11-21T11:45:00.000Z';
const prod = { name: 'prod', gatewayOnly: false };

function result(parts: {
  readonly owner?: string;
  readonly action?: string;
  readonly cleanAt?: string;
  readonly held?: boolean;
  readonly unlisted?: number;
}): WatchResult {
  return {
    memory: {
      cleanAt: parts.cleanAt === undefined ? {} : { [parts.cleanAt]: ['other', 'prod'] },
      held: parts.held === true ? { prod: { runId: 'run-1', declaredAt } } : {},
      unexplainedSince: {},
    },
    findings:
      parts.owner === undefined ? [] : [{ cluster: 'prod', owner: parts.owner, action: parts.action ?? 'none' }],
    unlisted: parts.unlisted ?? 0,
  };
}

test.each([
  ['read as clean in this run', { cleanAt: startedAt }, { state: 'exporting' }],
  ['with an open run that has paused nothing yet', { cleanAt: startedAt, held: true }, { state: 'exporting' }],
  ['never seen by the watch', {}, undefined],
  ['not among the findings that are listed', { cleanAt: earlier, unlisted: 3 }, { state: 'unreadable' }],
  ['clean beside findings that are not listed', { cleanAt: startedAt, unlisted: 3 }, { state: 'exporting' }],
  ['unreadable', { owner: 'UNREADABLE', cleanAt: earlier }, { state: 'unreadable' }],
  ['of an owner that this release does not know', { owner: 'NEW' }, { state: 'unreadable' }],
  [
    'held: since its declaration',
    { owner: 'HELD', held: true, cleanAt: earlier },
    { state: 'held', pausedSinceMs: Date.parse(declaredAt) },
  ],
  [
    'foreign: since it was last clean, which is the longest it can be',
    { owner: 'FOREIGN', held: true, cleanAt: earlier },
    { state: 'foreign', pausedSinceMs: Date.parse(earlier) },
  ],
  [
    'unknown and never clean: since this run',
    { owner: 'UNKNOWN' },
    { state: 'unknown', pausedSinceMs: Date.parse(startedAt) },
  ],
  [
    'overdue and resumed directly',
    { owner: 'OVERDUE', held: true, action: 'resumed directly' },
    { state: 'exporting' },
  ],
  [
    'overdue and not resumed',
    { owner: 'OVERDUE', held: true, action: 'resume not verified' },
    { state: 'overdue', pausedSinceMs: Date.parse(declaredAt) },
  ],
])('a cluster %s', (_words, parts, expected) => {
  expect(exportingReading(result(parts), prod, startedAt)).toEqual(expected);
});

test('a gateway-only cluster is unverifiable, not unreadable', () => {
  expect(exportingReading(result({ owner: 'UNREADABLE' }), { ...prod, gatewayOnly: true }, startedAt)).toEqual({
    state: 'unverifiable',
  });
});

test('a pause that goes on keeps its earliest beginning, and the next one begins anew', () => {
  const first = goingOn({ state: 'held', pausedSinceMs: 100 }, undefined);
  const second = goingOn({ state: 'held', pausedSinceMs: 160 }, first);
  const unread = goingOn({ state: 'unreadable' }, second);
  const over = goingOn({ state: 'exporting' }, unread);
  const next = goingOn({ state: 'foreign', pausedSinceMs: 300 }, over);

  expect([first, second, unread, over, next]).toEqual([
    { state: 'held', pausedSinceMs: 100 },
    { state: 'held', pausedSinceMs: 100 },
    { state: 'unreadable', pausedSinceMs: 100 },
    { state: 'exporting' },
    { state: 'foreign', pausedSinceMs: 300 },
  ]);
});
