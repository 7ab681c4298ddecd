import { expect, test } from 'vitest';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { judge, words, type Verdict } from '../../../src/judge/index.ts';
import { caller, running, type Running } from '../simulator/support.ts';

const backupId = 12;

/** What an operator does, one after another; each is over before the next begins. */
type Step =
  | 'soft pause'
  | 'hard pause'
  | 'resume'
  | 'apps'
  | 'history'
  | 'optimize'
  | 'records'
  | 'zeebe'
  /** The cluster goes on working for a while. */
  | 'load'
  /** Every broker takes the snapshot that it takes every five minutes. */
  | 'broker snapshot'
  /** What was exported becomes visible to the imports. */
  | 'refresh';

interface Control {
  readonly steps: readonly Step[];
  readonly options?: SimulatorOptions;
}

const camunda88: SimulatorOptions = { version: '8.8.0' };
const withOptimize: SimulatorOptions = { version: '8.8.0', optimize: true };

const good: readonly (readonly [string, Control])[] = [
  [
    'the manual up to 8.7, with a broker snapshot in the pause',
    { steps: ['apps', 'load', 'soft pause', 'records', 'load', 'broker snapshot', 'zeebe', 'resume'] },
  ],
  ['a hard pause', { steps: ['apps', 'load', 'hard pause', 'records', 'load', 'broker snapshot', 'zeebe', 'resume'] }],
  [
    'quiet: no pause, and no broker snapshot after the records',
    { steps: ['apps', 'broker snapshot', 'load', 'records', 'zeebe'] },
  ],
  ['no broker snapshot at all', { steps: ['apps', 'soft pause', 'records', 'zeebe', 'resume'] }],
  [
    'the manual from 8.8 on',
    { steps: ['soft pause', 'history', 'load', 'broker snapshot', 'zeebe', 'resume'], options: camunda88 },
  ],
  [
    'the manual from 8.8 on, with Optimize',
    {
      steps: ['soft pause', 'history', 'optimize', 'load', 'records', 'load', 'broker snapshot', 'zeebe', 'resume'],
      options: withOptimize,
    },
  ],
];

const bad: readonly (readonly [string, Control, 'lost' | 'from-the-future', RegExp])[] = [
  [
    'nopause: no pause, and a broker snapshot after the records',
    { steps: ['apps', 'records', 'load', 'broker snapshot', 'zeebe'] },
    'lost',
    /^record indices$/,
  ],
  [
    'resumed: the pause is lifted after the records',
    { steps: ['apps', 'soft pause', 'records', 'resume', 'load', 'broker snapshot', 'zeebe'] },
    'lost',
    /^record indices$/,
  ],
  [
    'resumed and paused again: every look at the phases finds a pause',
    { steps: ['apps', 'soft pause', 'records', 'resume', 'load', 'broker snapshot', 'soft pause', 'zeebe', 'resume'] },
    'lost',
    /^record indices$/,
  ],
  [
    'reversed: Zeebe first, records later',
    { steps: ['apps', 'broker snapshot', 'zeebe', 'load', 'records'] },
    'from-the-future',
    /^record indices$/,
  ],
  [
    'reversed in a soft pause',
    { steps: ['apps', 'soft pause', 'broker snapshot', 'zeebe', 'load', 'records', 'resume'] },
    'from-the-future',
    /^record indices$/,
  ],
  [
    'the applications after Zeebe',
    { steps: ['soft pause', 'records', 'broker snapshot', 'zeebe', 'resume', 'load', 'refresh', 'apps'] },
    'from-the-future',
    /^(operate|tasklist)-/,
  ],
  [
    '8.8 in the order of 8.7: history before the pause',
    { steps: ['history', 'load', 'soft pause', 'broker snapshot', 'zeebe', 'resume'], options: camunda88 },
    'lost',
    /^(operate|tasklist)-/,
  ],
  [
    '8.8 with Optimize, the pause lifted between history and records',
    {
      steps: [
        'soft pause',
        'history',
        'optimize',
        'resume',
        'load',
        'soft pause',
        'records',
        'broker snapshot',
        'zeebe',
        'resume',
      ],
      options: withOptimize,
    },
    'lost',
    /^(operate|tasklist)-/,
  ],
  [
    '8.8 with history after Zeebe',
    { steps: ['soft pause', 'broker snapshot', 'zeebe', 'resume', 'load', 'history'], options: camunda88 },
    'from-the-future',
    /^(operate|tasklist)-/,
  ],
];

test.each(good)('consistent: %s', async (name, control) => {
  const verdict = await backUp(control);
  say(name, verdict);
  expect(words(verdict)).toMatch(/^consistent: /);
});

test.each(bad)('found: %s', async (name, control, kind, where) => {
  const verdict = await backUp(control);
  say(name, verdict);
  if (verdict.consistent) throw new Error('found consistent');
  const firstOfEach = verdict.findings.slice(0, 2);
  expect(firstOfEach.map((finding) => [finding.kind, finding.partition])).toEqual([
    [kind, 1],
    [kind, 2],
  ]);
  for (const finding of firstOfEach) expect(finding.where).toMatch(where);
  expect(
    Math.max(...verdict.shown.map(({ ghosts, unknown, shownCompleted }) => ghosts + unknown + shownCompleted)),
  ).toBeGreaterThan(0);
});

const say = (name: string, verdict: Verdict): void => void process.stdout.write(`\n## ${name}\n${words(verdict)}\n`);

async function backUp({ steps, options }: Control): Promise<Verdict> {
  // Brokers take snapshots of their own only when a step says so.
  await using s = await running({
    recordsPerSecond: 3_000,
    positionDistributionMs: 20,
    snapshotPeriodMs: 3_600_000,
    ...options,
  });
  await act(s, 'load');
  for (const step of steps) await act(s, step);
  return judge(s.simulator.evidence(), { backupId });
}

async function act(s: Running, step: Step): Promise<void> {
  const { cluster, urls } = s.simulator;
  const gateway88 = urls.operate === undefined;
  switch (step) {
    case 'soft pause':
      return accepted(s.gateway('POST', '/actuator/exporting/pause?soft=true'));
    case 'hard pause':
      return accepted(s.gateway('POST', '/actuator/exporting/pause'));
    case 'resume':
      return accepted(s.gateway('POST', '/actuator/exporting/resume'));
    case 'apps':
      for (const app of ['operate', 'tasklist'] as const) {
        await accepted(s[app]('POST', '/actuator/backups', { backupId }));
        await cluster.awaitState((now) => now[app].backups.some(({ state }) => state === 'COMPLETED'));
      }
      return undefined;
    case 'history':
      await accepted(s.gateway('POST', '/actuator/backupHistory', { backupId }));
      return cluster.awaitState((now) => now.webApps.backups.some(({ state }) => state === 'COMPLETED'));
    case 'optimize':
      await accepted(caller(urls.optimize ?? '')('POST', '/actuator/backups', { backupId }));
      return cluster.awaitState((now) => now.optimize?.backups.some(({ state }) => state === 'COMPLETED') ?? false);
    case 'records':
      return accepted(
        s.engine('PUT', `/_snapshot/camunda/camunda_zeebe_records_backup_${backupId}?wait_for_completion=true`, {
          indices: 'zeebe-record_*',
        }),
      );
    case 'zeebe':
      await accepted(s.gateway('POST', `/actuator/${gateway88 ? 'backupRuntime' : 'backups'}`, { backupId }));
      return cluster.awaitState((now) => now.backups.some(({ state }) => state === 'COMPLETED'));
    case 'load': {
      const before = cluster.positions.map(({ log }) => log);
      return cluster.awaitState(({ positions }) => positions.every(({ log }, at) => log > (before[at] ?? 0) + 200));
    }
    case 'broker snapshot':
      return cluster.takeBrokerSnapshots();
    case 'refresh':
      return accepted(s.engine('POST', '/_refresh'));
  }
}

async function accepted(call: ReturnType<Running['gateway']>): Promise<void> {
  const { status, body } = await call;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}
