import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../src/parts/ports.ts';
import { findProgram } from './find-program.ts';
import { skipUnless } from './skip-unless.ts';

export const promtool = findProgram('promtool');
const prometheus = findProgram('prometheus');

/** Whether tests that need `promtool` and `prometheus` must be left out; says so. */
export const withoutPrometheus = (): boolean =>
  skipUnless(
    promtool !== undefined && prometheus !== undefined,
    'the tests of the alert rules need prometheus and promtool on the PATH (Debian: apt-get install prometheus)',
  );

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs promtool to its end. */
export async function runPromtool(args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(promtool ?? 'promtool', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, output };
}

const Sample = z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) });
const Answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(Sample) }) });
const Alerts = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        state: z.enum(['pending', 'firing']),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
    ),
  }),
});

const Rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })),
      }),
    ),
  }),
});

export interface Prometheus extends AsyncDisposable {
  /** What an expression is now, each sample as its labels and value. */
  query(expression: string): Promise<readonly z.infer<typeof Sample>[]>;
  alerts(): Promise<z.infer<typeof Alerts>['data']['alerts']>;
  /** Each rule that it could not evaluate, with the reason. */
  brokenRules(): Promise<readonly string[]>;
}

/** A Prometheus that scrapes these addresses each second, and evaluates these rules as often. */
export async function startPrometheus(targets: readonly string[], rules: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-prometheus-'));
  await writeFile(join(folder, 'alerts.yaml'), rules);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yaml'],
    scrape_configs: [{ job_name: 'camunda-backup', static_configs: [{ targets }] }],
  };
  await writeFile(join(folder, 'prometheus.yaml'), stringify(config));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    prometheus ?? 'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const exit = once(child, 'exit');
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}/api/v1/${path}`)).json();
  await ready(url, () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}:\n${log}`);
  });
  return {
    async query(expression) {
      const answer = Answer.safeParse(await get(`query?${new URLSearchParams({ query: expression }).toString()}`));
      if (!answer.success) throw new Error(`Prometheus does not answer ${expression}: ${answer.error.message}`);
      return answer.data.data.result;
    },
    alerts: async () => Alerts.parse(await get('alerts')).data.alerts,
    brokenRules: async () =>
      Rules.parse(await get('rules')).data.groups.flatMap(({ rules: each }) =>
        each
          .filter(({ health }) => health !== 'ok')
          .map(({ name, health, lastError = '' }) => `${name} ${health} ${lastError}`),
      ),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, alive: () => void): Promise<void> {
  for (;;) {
    alive();
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
