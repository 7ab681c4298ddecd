import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createResumeExporting } from '../../../src/cli/resume-exporting.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/index.ts';
import { cliModule, runCommand, spawnCli, type CliRun } from '../../support/cli.ts';
import { clusterSection } from '../../support/cluster-section.ts';

interface World extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], interrupted?: AbortSignal): Promise<CliRun>;
}

interface WorldOptions {
  readonly gatewayOnly?: boolean;
  /** More of the cluster file, or something else in the place of prod. */
  readonly clusters?: (prod: ReturnType<typeof clusterSection>) => Readonly<Record<string, unknown>>;
}

/** A simulated cluster under a soft pause, in a cluster file as "prod". Nobody listens at the address of Temporal. */
async function pausedWorld({ gatewayOnly = false, clusters = () => ({}) }: WorldOptions = {}): Promise<World> {
  const simulator = await startSimulator({ brokers: 3 });
  simulator.cluster.pauseByHand('soft');
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-cli-'));
  const file = join(folder, 'clusters.yaml');
  const section = clusterSection(simulator);
  const zeebe = { gateway: section.zeebe.gateway, verification: 'gateway-only' };
  const prod = gatewayOnly ? { ...section, zeebe } : section;
  await writeFile(file, JSON.stringify({ clusters: { prod, ...clusters(section) } }));
  const env = {
    CAMUNDA_BACKUP_CLUSTER_FILE: file,
    CAMUNDA_BACKUP_POLL_MIN: '10ms',
    CAMUNDA_BACKUP_POLL_MAX: '20ms',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
  return {
    simulator,
    env,
    run: (args, interrupted) =>
      runCommand(createResumeExporting, ['resume-exporting', ...args], {
        env,
        ...(interrupted === undefined ? {} : { interrupted }),
      }),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test('without a Temporal server exporting is resumed, read on every replica, and said in one line on stdout', async () => {
  await using w = await pausedWorld();

  const { code, stdout } = await w.run(['prod']);

  expect(stdout).toMatch(/^prod: every replica on every broker was read as EXPORTING at \S+Z, after [12] attempts?\n$/);
  expect(code).toBe(0);
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('as a process: it goes on while a broker is down, names its partitions, and ends when that broker is back and resumed', async () => {
  await using w = await pausedWorld();
  const missing = w.simulator.cluster.brokers[2];
  await missing?.stop();

  const cli = spawnCli(['resume-exporting', 'prod', '--output', 'json'], w.env);
  await cli.saw('Bring up broker 2');
  await missing?.start();
  const { code, stdout, stderr } = await cli.ended;

  expect(stderr).toMatch(/partition 1 on broker 2: No answer/);
  expect(JSON.parse(stdout)).toMatchObject({ cluster: 'prod', state: 'verified', missing: [] });
  expect(code).toBe(0);
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('as a process: it goes on where nobody reads what it says any more', async () => {
  await using w = await pausedWorld();
  const missing = w.simulator.cluster.brokers[2];
  await missing?.stop();
  const child = spawn(process.execPath, [cliModule(), 'resume-exporting', 'prod'], {
    env: { ...process.env, ...w.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');

  await once(child.stderr, 'data');
  child.stderr.destroy();
  await w.simulator.cluster.awaitPhase((phases) => phases.some(({ phase }) => phase === 'EXPORTING'));
  await missing?.start();

  expect(await ended).toEqual([0, null]);
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('when the time is over it says what is missing and what to do, and the exit code is that of a cluster still paused', async () => {
  await using w = await pausedWorld();
  await w.simulator.cluster.brokers[1]?.stop();

  const { code, stdout, stderr } = await w.run(['prod', '--timeout', '300ms', '-o', 'json']);

  expect(code).toBe(7);
  expect(stderr).toMatch(/The time is over. Exporting of prod is NOT verified: partition 1 on broker 1: No answer/);
  expect(stderr).toContain('"Exporting is paused, what now"');
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'not-verified',
    missing: [expect.stringContaining('partition 1 on broker 1'), expect.stringContaining('partition 2 on broker 1')],
    gatewayRefusal: expect.stringContaining('500'),
  });
});

const secretOf = (variable: string) => ({ auth: { type: 'bearer', tokenEnv: variable } });

test('what it does not use may be wrong: secrets of the search engine, and all of another cluster, which it warns of', async () => {
  await using w = await pausedWorld({
    clusters: (prod) => ({
      prod: { ...prod, searchEngine: { ...prod.searchEngine, ...secretOf('SEARCH_TOKEN') } },
      test: { zeebe: { gateway: { url: 'http://127.0.0.1:1', ...secretOf('TEST_TOKEN') } } },
    }),
  });

  const { code, stderr } = await w.run(['prod']);

  expect(code).toBe(0);
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  expect(stderr).toMatch(/^Warning: \S+ clusters.test.zeebe.gateway.auth.tokenEnv: .* TEST_TOKEN is not set$/m);
  expect(stderr).not.toContain('SEARCH_TOKEN');
});

test('with the secret of one broker missing it resumes what the others let it, and says what it lacks', async () => {
  await using w = await pausedWorld({
    clusters: (prod) => {
      const [first, ...others] = prod.zeebe.brokers;
      return {
        prod: { ...prod, zeebe: { ...prod.zeebe, brokers: [{ ...first, ...secretOf('BROKER_TOKEN') }, ...others] } },
      };
    },
  });

  const { code, stderr } = await w.run(['prod']);

  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  expect(stderr).toMatch(/^Warning: \S+ clusters.prod.zeebe.brokers\[0\].auth.tokenEnv: .* BROKER_TOKEN is not set$/m);
  expect(code).toBe(0);
});

test('a cluster whose own credentials are missing is refused with the variable to set, and only with its own problems', async () => {
  await using w = await pausedWorld({
    clusters: () => ({
      test: {
        zeebe: { gateway: { url: 'http://127.0.0.1:1', ...secretOf('TEST_TOKEN') }, verification: 'gateway-only' },
      },
      other: { zeebe: { gateway: { url: 'http://127.0.0.1:2', ...secretOf('OTHER_TOKEN') } } },
    }),
  });

  const { code, stderr } = await w.run(['test']);

  expect(code).toBe(2);
  expect(stderr).toMatch(/^1 problem in the configuration:\n.* TEST_TOKEN is not set\n$/);
});

test('Ctrl-C ends it as not verified', async () => {
  await using w = await pausedWorld();
  await w.simulator.cluster.brokers[1]?.stop();
  const interrupt = new AbortController();

  const run = w.run(['prod'], interrupt.signal);
  await w.simulator.cluster.awaitPhase((phases) => phases.some(({ phase }) => phase === 'EXPORTING'));
  interrupt.abort();

  await expect(run).resolves.toMatchObject({ code: 7, stderr: expect.stringContaining('Stopped by a signal.') });
});

test('with gateway-only it says that nothing was read', async () => {
  await using w = await pausedWorld({ gatewayOnly: true });

  const { code, stdout } = await w.run(['prod']);

  expect(stdout).toContain('no broker was read (verification: gateway-only)');
  expect(code).toBe(0);
});

test('where not one server answers it says so, and does not end by itself', async () => {
  await using w = await pausedWorld();
  await w.simulator.close();

  const { code, stderr } = await w.run(['prod', '--timeout', '200ms']);

  expect(stderr).toContain('neither the gateway nor any broker tells which partitions there are');
  expect(stderr).toContain('Bring up brokers 0, 1, 2');
  expect(code).toBe(7);
});

describe('wrong input ends with 2, nothing on stdout, and says', () => {
  test.each<[string, readonly string[], string]>([
    [
      'which clusters there are',
      ['prd'],
      'Cluster "prd" is not in the cluster file. Configured: prod. Did you mean "prod"?',
    ],
    ['what a duration looks like', ['prod', '--timeout', '5'], 'argument \'5\' is invalid. Give a duration like "30s"'],
    ['which formats there are', ['prod', '-o', 'xml'], "argument 'xml' is invalid. Allowed choices are table, json."],
    ['which option was meant', ['prod', '--timout', '5s'], 'Did you mean --timeout?'],
    ['what is missing', [], "missing required argument 'cluster'"],
    ['which file cannot be read', ['prod', '--cluster-file', 'nowhere.yaml'], 'cannot read nowhere.yaml'],
  ])('%s', async (_, args, said) => {
    await using w = await pausedWorld();
    const file = args.includes('--cluster-file') ? { ...w.env, CAMUNDA_BACKUP_CLUSTER_FILE: 'nowhere.yaml' } : w.env;

    const { code, stdout, stderr } = await runCommand(createResumeExporting, ['resume-exporting', ...args], {
      env: file,
    });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });
});
