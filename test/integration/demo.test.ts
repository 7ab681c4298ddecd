import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { until } from '../../src/parts/until.ts';
import { spawnCli } from '../support/cli.ts';
import { test } from '../support/side-by-side.ts';

const run = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));
const timeoutMs = 240_000;

interface Demo {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

function startDemo(...flags: readonly string[]): Demo {
  const child = spawn(process.execPath, [run, 'demo', '--quick', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output, ended: once(child, 'close').then(() => child.exitCode) };
}

/** Of the workers that the demo named. */
const workersOf = (output: string): readonly number[] =>
  [...output.matchAll(/\(process (\d+)\)/g)].map(([, pid]) => Number(pid));

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

const webUiOf = (output: string): string => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? 'no address';

test(
  'the demo shows three backups in plain lines, finds everything as claimed and leaves no process behind',
  { timeout: timeoutMs },
  async () => {
    const demo = startDemo('--once');

    const code = await demo.ended;

    const output = demo.output();
    expect(output).toContain('The judge agrees: that set is not consistent');
    expect(output).not.toContain('NOT SO');
    expect(code).toBe(0);
    expect(output).not.toContain('\x1b');
    expect(output).toMatch(/The first, \d+: consistent: /);
    expect(output).toMatch(/The one whose worker was killed, \d+: consistent: /);
    expect(output).toMatch(/The one whose pause was lifted, \d+: NOT CONSISTENT: /);
    expect(output).toMatch(/First completed backup after \d+\.\d s\./);
    expect(workersOf(output)).toHaveLength(2);
    expect(workersOf(output).filter(runs)).toEqual([]);
    expect(await answers(webUiOf(output))).toBe(false);
  },
);

test('a demo that stays up prints commands that work, and ends in order', { timeout: timeoutMs }, async () => {
  const demo = startDemo();
  await until('the demo to stay up', timeoutMs, () => demo.output().includes('until Ctrl-C'));
  const [, address, clusterFile] =
    /export TEMPORAL_ADDRESS=(\S+) CAMUNDA_BACKUP_CLUSTER_FILE=(\S+)/.exec(demo.output()) ?? [];

  const env = { TEMPORAL_ADDRESS: address, CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile };
  const status = await spawnCli(['status', 'demo', '--output', 'json'], env).ended;
  demo.child.kill('SIGTERM');

  expect(JSON.parse(status.stdout)).toMatchObject([{ cluster: 'demo', exporting: { phase: 'exporting' } }]);
  expect(await demo.ended).toBe(0);
  expect(demo.output()).toContain('Stopping everything.');
  expect(existsSync(clusterFile ?? '')).toBe(false);
});

test(
  'a demo that is interrupted while exporting is paused takes everything with it',
  { timeout: timeoutMs },
  async () => {
    const demo = startDemo();
    await until('the demo to be without a worker', timeoutMs, () => demo.output().includes('starting another worker'));
    expect(await answers(webUiOf(demo.output()))).toBe(true);

    demo.child.kill('SIGTERM');

    expect(await demo.ended).toBe(130);
    await until('its Temporal server to be gone', 20_000, async () => !(await answers(webUiOf(demo.output()))));
  },
);
