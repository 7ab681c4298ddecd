import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { clusterSection } from '../../test/support/cluster-section.ts';
import type { Temporal } from '../../src/parts/temporal.ts';
import { startWorker } from '../../src/parts/worker.ts';
import { runDocumented, runOurs, type Run } from './runs.ts';
import { warmUp, type Scenario } from './scenarios.ts';
import { startCluster } from './simulated-cluster.ts';

export interface Round {
  readonly scenarios: readonly Scenario[];
  readonly folder: string;
  readonly temporal: Temporal;
  readonly client: Client;
  /** Told in words what has just happened. */
  readonly say: (line: string) => void;
}

/** A second is more than the calls at the start of a backup take; what follows them is waiting. */
const apartMs = 1_000;

/**
 * Every scenario once, by our Workflows and by the documented sequence, each on a fresh cluster of its own. They run side by side, begun a
 * second apart: they only wait, for clusters that share nothing. One worker serves all of them, and has made one backup before.
 */
export async function runRound({ scenarios, folder, temporal, client, say }: Round): Promise<readonly Run[]> {
  const ends: (() => Promise<unknown>)[] = [];
  const clusterFor = async (scenario: Scenario) => {
    const cluster = await startCluster(scenario);
    ends.unshift(() => cluster.close());
    return cluster;
  };
  const told = async (run: Promise<Run>): Promise<Run> => {
    const { scenario, procedure, totalMs, pauseMs } = await run;
    say(`${scenario} by ${procedure}: ${seconds(totalMs)}, paused ${seconds(pauseMs)}`);
    return run;
  };
  try {
    const warmUpCluster = await clusterFor(warmUp);
    const started = await Promise.all(
      scenarios.map(async (scenario) => ({
        scenario,
        ours: await clusterFor(scenario),
        documented: await clusterFor(scenario),
      })),
    );
    const clusterFile = join(folder, 'cluster.yaml');
    const served = [{ scenario: warmUp, ours: warmUpCluster }, ...started];
    const clusters = Object.fromEntries(served.map(({ scenario, ours }) => [scenario.name, clusterSection(ours)]));
    await writeFile(clusterFile, JSON.stringify({ clusters }));
    const host = { folder, temporal, workerEnv: { TEMPORAL_ADDRESS: temporal.address } };
    const worker = await startWorker(host, { clusterFile });
    ends.unshift(() => worker.stop());
    await runOurs(warmUp, warmUpCluster, client);
    say(`${2 * started.length} clusters and a warm worker are up; all backups run side by side`);
    const runs = await Promise.all(
      started.map(async ({ scenario, ours, documented }, at) => {
        await delay(at * apartMs);
        return Promise.all([told(runOurs(scenario, ours, client)), told(runDocumented(scenario, documented))]);
      }),
    );
    return runs.flat();
  } finally {
    for (const end of ends) await end();
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
