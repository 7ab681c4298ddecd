import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startSimulation, type Simulation } from '../src/simulator/index.ts';
import { readNumber, UsageError } from './usage.ts';

// `npm run fleet`: what many simulated clusters in one process take, with data moving and their APIs in use.
const usage = `Usage: npm run fleet -- [--clusters N] [--seconds N] [--records N] [--calls N] [--backups]

  --clusters N   how many clusters, 1 to 1000. Default 200.
  --seconds N    how long they run, 1 to 86400. Default 60.
  --records N    records per second and partition. Default 10.
  --calls N      calls per second and cluster. Default 1.
  --backups      every cluster takes a Zeebe backup and a snapshot of its records once a minute.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

try {
  await run(readFlags(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.exitCode = 1;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
}

interface Flags {
  readonly clusters: number;
  readonly seconds: number;
  readonly records: number;
  readonly calls: number;
  readonly backups: boolean;
}

async function run(flags: Flags): Promise<void> {
  const names = Array.from({ length: flags.clusters }, (_, at) => `fleet-${at + 1}`);
  // Zeebe's own periods.
  const options = { recordsPerSecond: flags.records, snapshotPeriodMs: 300_000, positionDistributionMs: 15_000 };
  const startedAt = performance.now();
  const simulation = await startSimulation({ clusters: Object.fromEntries(names.map((name) => [name, options])) });
  say(`${flags.clusters} clusters started in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  say(`${ports(simulation)} ports; ${flags.records} records/s per partition, ${flags.calls} calls/s per cluster`);
  const agent = new Agent({ connections: 1 });
  const load = startLoad(simulation, flags, agent);

  const cpuBefore = process.cpuUsage();
  const measuredAt = performance.now();
  for (let passed = 0; passed < flags.seconds;) {
    const step = Math.min(10, flags.seconds - passed);
    await sleep(step * 1_000);
    passed += step;
    const { rss, heapUsed } = process.memoryUsage();
    say(
      `  ${passed} s: RSS ${mebibytes(rss)}, heap ${mebibytes(heapUsed)}, ${load.count()} calls, ${load.failed()} failed`,
    );
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const wallMs = performance.now() - measuredAt;
  await load.stop();
  const cpu = (user + system) / 1_000 / wallMs;
  const records = [...simulation.clusters.values()].flatMap(({ cluster }) => cluster.positions.map(({ log }) => log));
  say(`CPU ${(cpu * 100).toFixed(0)} % of one core, with the caller in the same process`);
  say(`Records in all logs: ${records.reduce((sum, log) => sum + log, 0)}`);
  say(`Longest call: ${load.longestMs().toFixed(0)} ms, median ${load.medianMs().toFixed(1)} ms`);
  await agent.close();
  await simulation.close();
}

/** The calls that a worker's watch and a backup's waits make. */
function startLoad(simulation: Simulation, { calls, backups }: Flags, agent: Agent) {
  const targets = [...simulation.clusters.values()].map(({ urls, repository }) => [
    ...urls.brokers.map((url) => `${url}/actuator/partitions`),
    `${urls.gateway}/actuator/cluster`,
    `${urls.operate ?? urls.gateway}/actuator/info`,
    `${urls.gateway}/actuator/backups`,
    `${urls.searchEngine}/_cat/indices?format=json`,
    `${urls.searchEngine}/_snapshot/${repository}/_all`,
  ]);
  const times: number[] = [];
  let failed = 0;
  let turn = 0;
  const underWay = new Set<Promise<void>>();
  const call = async (url: string): Promise<void> => {
    const startedAt = performance.now();
    try {
      const { body, statusCode } = await request(url, { dispatcher: agent });
      await body.dump();
      if (statusCode >= 400) failed += 1;
    } catch {
      failed += 1;
    }
    times.push(performance.now() - startedAt);
  };
  const perTick = (targets.length * calls) / 20;
  let due = 0;
  const timer = setInterval(() => {
    for (due += perTick; due >= 1; due -= 1) {
      const urls = targets[turn % targets.length] ?? [];
      const url = urls[Math.floor(turn / targets.length) % urls.length];
      turn += 1;
      if (url === undefined) continue;
      const one = call(url).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }, 50);
  const minutely = backups ? setInterval(() => takeBackups(simulation), 60_000) : undefined;
  if (backups) takeBackups(simulation);

  return {
    count: () => times.length,
    failed: () => failed,
    longestMs: () => times.reduce((longest, each) => Math.max(longest, each), 0),
    medianMs: () => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0,
    async stop(): Promise<void> {
      clearInterval(timer);
      clearInterval(minutely);
      await Promise.all(underWay);
    },
  };
}

function takeBackups(simulation: Simulation): void {
  const backupId = Math.floor(Date.now() / 1_000);
  for (const { cluster, repository } of simulation.clusters.values()) {
    cluster.searchEngine.takeSnapshotByHand({ repository, name: `records-${backupId}`, indices: 'zeebe-record*' });
    cluster.takeZeebeBackupByHand(backupId);
  }
}

/** Of all components, and of the control API. */
function ports({ clusters }: Simulation): number {
  return [...clusters.values()].reduce((sum, { components }) => sum + components.length, 1);
}

function readFlags(args: string[]): Flags {
  const { clusters, seconds, records, calls, backups } = parse(args);
  return {
    clusters: readNumber('--clusters', clusters, 1, 1_000),
    seconds: readNumber('--seconds', seconds, 1, 86_400),
    records: readNumber('--records', records, 0, 10_000),
    calls: readNumber('--calls', calls, 0, 1_000),
    backups,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        clusters: { type: 'string', default: '200' },
        seconds: { type: 'string', default: '60' },
        records: { type: 'string', default: '10' },
        calls: { type: 'string', default: '1' },
        backups: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
