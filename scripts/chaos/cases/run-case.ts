import type { Client } from '@temporalio/client';
import { clusterLockId } from '../../../src/model/cluster-lock.ts';
import { faultOf, type Arena } from '../faults/index.ts';
import type { ChaosCase } from '../plan/cases.ts';
import { patiently } from '../world/patiently.ts';
import type { ChaosCluster } from '../world/world.ts';
import { deal } from './blow.ts';
import type { CaseRecord, FallenBlow } from './case-record.ts';
import { comeToRest, type Started } from './come-to-rest.ts';
import { lockRunsSince } from './lock-runs.ts';
import { copiesUnder, orphansOf, takenSince } from './orphans.ts';
import { outcomeOf } from './outcome.ts';
import { timelineOf } from './timeline.ts';

export interface CaseStage {
  readonly client: Client;
  readonly cluster: ChaosCluster;
  readonly killServer: Arena['killServer'];
}

/** Takes one backup, lets the blows fall on it, and waits until everything of ours is over and the cluster exports. */
export async function runCase({ client, cluster, killServer }: CaseStage, chaosCase: ChaosCase): Promise<CaseRecord> {
  const { simulator, taskQueue, name, kind } = cluster;
  const startedAt = Date.now();
  const callsBefore = simulator.calls.length;
  const lockId = clusterLockId(name);
  const outerId = `backup-${name}-${chaosCase.seed}-${chaosCase.name}`;
  const started: Started[] = [];
  const start = async (workflowId: string, input: object, timeoutMs?: number): Promise<Started> => {
    await patiently(() =>
      client.workflow.start('backupCluster', {
        taskQueue,
        workflowId,
        args: [{ cluster: name, ...input }],
        ...(timeoutMs === undefined ? {} : { workflowExecutionTimeout: timeoutMs }),
      }),
    );
    const ended = outcomeOf(client, workflowId);
    const one: Started = { workflowId, ended, open: true };
    started.push(one);
    void ended.catch(() => undefined).then(() => (one.open = false));
    return one;
  };

  const { ended } = await start(outerId, {}, executionTimeoutOf(chaosCase));
  const arena: Arena = {
    cluster,
    client,
    outerId,
    lockId,
    killServer,
    ended,
    startBackup: async (input) => void (await start(`${outerId}-second`, input)),
  };
  const falling: Promise<FallenBlow>[] = [];
  for (const blow of chaosCase.blows) falling.push((await deal(arena, blow)).over);
  const blows = await Promise.all(falling);
  const rest = await comeToRest({ client, cluster, lockId, started, blows });
  await cluster.crew.settle();

  const outcomes = await Promise.all(started.map((one) => one.ended));
  const runs = await lockRunsSince(client, lockId, startedAt);
  const completed = [...outcomes.map(({ backupId }) => backupId), ...runs.map(({ completedId }) => completedId)];
  const taken = takenSince(simulator, callsBefore);
  const orphans = orphansOf(simulator, new Set(taken.filter((id) => !completed.includes(id))));
  const afterwards =
    orphans.length > 0 && nobodyWasLeft(blows)
      ? {
          next: await (await start(`${outerId}-next`, {})).ended,
          checked: await check(client, cluster, outerId),
        }
      : {};
  const evidence = simulator.evidence();
  return {
    case: chaosCase,
    cluster: name,
    kind,
    startedAt,
    blows,
    outcomes,
    runs,
    ...rest,
    ...afterwards,
    taken,
    orphans,
    evidence,
    phases: simulator.cluster.phaseLog.filter(({ at }) => at >= startedAt),
    copies: copiesUnder(evidence, taken),
    timeline: timelineOf(simulator, { startedAt, callsBefore, blows, outcomes }),
    workerLog: cluster.crew.lastLines(),
  };
}

const executionTimeoutOf = ({ blows }: ChaosCase): number | undefined =>
  blows.map(({ fault }) => faultOf(fault).executionTimeoutMs).find((each) => each !== undefined);

/** Whoever could name what stays was ended or began anew, or his record was deleted: the next backup does, or a check. */
const nobodyWasLeft = (blows: readonly FallenBlow[]): boolean =>
  blows.some(({ fault, at }) => at !== undefined && /: (terminate|delete|reset|bad release)/.test(fault));

async function check(client: Client, { name, taskQueue }: ChaosCluster, outerId: string): Promise<string> {
  const report: unknown = await patiently(() =>
    client.workflow.execute('checkCluster', {
      taskQueue,
      workflowId: `${outerId}-check`,
      args: [{ cluster: name }],
    }),
  );
  return JSON.stringify(report);
}
