import type { Client } from '@temporalio/client';
import { clusterLockId } from '../../../src/model/cluster-lock.ts';
import { until } from '../../../src/parts/until.ts';
import type { IdleCase } from '../plan/idle-cases.ts';
import { patiently } from '../world/patiently.ts';
import type { ChaosCluster } from '../world/world.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { lastWatchRun } from './watch-results.ts';

/** What became of a stranger's pause on an idle cluster. */
export interface IdleRecord {
  readonly case: IdleCase;
  readonly cluster: string;
  readonly kind: number;
  /** Owners that sweeps of the watch named, in their order. */
  readonly reported: readonly string[];
  /** Changes of a phase between his pause and the moment at which he lifts it. */
  readonly changed: readonly string[];
  /** Of a backup that was started meanwhile. */
  readonly backup?: Outcome;
}

const reportsAwaited = 2;
const patienceMs = 60_000;

/** Lets a stranger pause, waits until the watch has looked at it twice, and lets him resume. */
export async function runIdleCase(
  { client, cluster }: { readonly client: Client; readonly cluster: ChaosCluster },
  idleCase: IdleCase,
): Promise<IdleRecord> {
  const { name, kind, taskQueue, simulator } = cluster;
  const zeebe = simulator.cluster;
  await readAsClean(client, cluster);
  zeebe.pauseByHand(idleCase.pause);
  const seen = zeebe.phaseLog.length;
  const backup = await happen(client, cluster, idleCase);
  const reported: string[] = [];
  let lastRun: string | undefined;
  await until(`${reportsAwaited} reports of the watch about ${name}`, patienceMs, async () => {
    const run = await lastWatchRun(client, taskQueue);
    if (run === undefined || run.runId === lastRun) return false;
    lastRun = run.runId;
    const finding = run.result.findings.find((each) => each.cluster === name);
    if (finding !== undefined) reported.push(finding.owner);
    return reported.length === reportsAwaited;
  });
  const changed = zeebe.phaseLog
    .slice(seen)
    .map(({ broker, partition, from, to }) => `broker ${broker} partition ${partition}: ${from} -> ${to}`);
  zeebe.resumeByHand();
  return { case: idleCase, cluster: name, kind, reported, changed, ...(backup === undefined ? {} : { backup }) };
}

/** By a run of the watch that began after the last work on the cluster had ended. */
async function readAsClean(client: Client, { name, taskQueue }: ChaosCluster): Promise<void> {
  const query = `WorkflowId = "${clusterLockId(name)}"`;
  const closed: string[] = [];
  for await (const { closeTime } of client.workflow.list({ query, pageSize: 1 })) {
    closed.push(closeTime?.toISOString() ?? '');
    break;
  }
  const [lastClosed = ''] = closed;
  await until(`the watch to read ${name} as exporting`, patienceMs, async () => {
    const run = await lastWatchRun(client, taskQueue);
    const clean = Object.entries(run?.result.memory.cleanAt ?? {}).find(([, names]) => names.includes(name));
    return clean !== undefined && clean[0] > lastClosed;
  });
}

async function happen(client: Client, cluster: ChaosCluster, { seed, name: caseName, meanwhile }: IdleCase) {
  const { name, taskQueue, crew } = cluster;
  if (meanwhile === 'nothing') return undefined;
  if (meanwhile === 'worker: SIGKILL') {
    await crew.kill('SIGKILL');
    await crew.hire();
    return undefined;
  }
  if (meanwhile === 'the watch is terminated') {
    await terminateWatch(client, cluster);
    return undefined;
  }
  const workflowId = `backup-${name}-${seed}-${caseName}`;
  await patiently(() => client.workflow.start('backupCluster', { taskQueue, workflowId, args: [{ cluster: name }] }));
  return outcomeOf(client, workflowId);
}

async function terminateWatch(client: Client, { taskQueue, simulator }: ChaosCluster): Promise<void> {
  const held = simulator.fault({ caller: /\(sweepClusters\)$/ }, { hold: 'before-act' }, { times: 1 });
  await held.reached();
  const query = `WorkflowType = "watchExporting" AND TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow.getHandle(workflowId).terminate('chaos');
  }
  held.remove();
}
