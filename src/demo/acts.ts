import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedCluster } from '../simulator/index.ts';
import { exportedInSnapshot } from '../parts/brokers.ts';
import { phasesOf, takeBackup, type Ended } from './backup-act.ts';
import type { StepFollower } from './follow-steps.ts';
import type { Stage } from './stage.ts';
import type { Teller } from './teller.ts';
import type { KillShown } from './truths.ts';

export interface Play {
  readonly cluster: string;
  readonly stage: Stage;
  readonly teller: Teller;
  /** 1, or a part of it: what every duration is multiplied with. */
  readonly pace: number;
}

/** Without a worker for so long. */
const HOLD_MS = 3_000;
const LOOK_MS = 100;
/** In the act in which the pause has to last until the worker is killed and for a while after. */
const LONG_ZEEBE_MS = 6_000;

export function plainBackup({ cluster, stage, teller }: Play): Promise<Ended> {
  return takeBackup(stage, teller, { cluster, workflowId: `backup-${cluster}-1`, reason: 'step by step' });
}

/** A backup whose worker is killed while exporting is paused, and replaced. */
export async function killedInThePause(play: Play): Promise<Ended & { readonly kill: KillShown | undefined }> {
  const { cluster, stage, teller, pace } = play;
  const { zeebeMs } = stage.simulator.settings.durations;
  stage.simulator.change({ durations: { ...stage.simulator.settings.durations, zeebeMs: LONG_ZEEBE_MS } });
  let kill: KillShown | undefined;
  const ended = await takeBackup(stage, teller, {
    cluster,
    workflowId: `backup-${cluster}-2`,
    reason: 'the worker is killed in the pause',
    async meanwhile(follower, gone) {
      while (!isAwaitingZeebe(follower) && !gone.aborted) await delay(LOOK_MS);
      if (gone.aborted) return;
      const phasesAtKill = await phasesOf(stage);
      teller.tell(`killing the worker (process ${stage.worker?.pid}) with SIGKILL while exporting is paused`);
      await stage.killWorker();
      const killedAt = Date.now();
      await delay(HOLD_MS * pace);
      const phasesWithoutWorker = await phasesOf(stage);
      kill = { phasesAtKill, phasesWithoutWorker };
      const paused = phasesWithoutWorker.filter((each) => each.endsWith(' SOFT_PAUSED')).length;
      teller.tell(`no worker: exporting stays paused on ${paused} of ${phasesWithoutWorker.length} replicas`);
      teller.tell('starting another worker');
      const { pid } = await stage.startWorker();
      teller.tell(`it is at work (process ${pid}), ${((Date.now() - killedAt) / 1000).toFixed(1)} s after the kill`);
    },
  });
  stage.simulator.change({
    durations: { ...stage.simulator.settings.durations, ...(zeebeMs === undefined ? {} : { zeebeMs }) },
  });
  return { ...ended, kill };
}

const isAwaitingZeebe = ({ open }: StepFollower): boolean =>
  open.some(({ title, pending }) => title.startsWith('Await Zeebe') && pending?.seen !== undefined);

/** A backup between whose record snapshot and Zeebe backup somebody resumes exporting behind its back. */
export async function liftedPause({ cluster, stage, teller }: Play): Promise<Ended> {
  const { simulator } = stage;
  const take = { component: 'gateway', method: 'POST', path: '/actuator/backups' };
  const held = simulator.fault(take, { hold: 'before-act' }, { times: 1 });
  try {
    return await takeBackup(stage, teller, {
      cluster,
      workflowId: `backup-${cluster}-3`,
      reason: 'somebody resumes exporting in its pause',
      async meanwhile(_, gone) {
        await Promise.race([held.reached(), once(gone, 'abort')]);
        if (gone.aborted) return;
        const x0 = acknowledged(simulator.cluster);
        teller.tell('somebody resumes exporting by hand, just before the Zeebe backup begins');
        simulator.cluster.resumeByHand();
        await simulator.cluster.awaitState((now) => haveSnapshotsAfter(now, x0));
        held.release();
      },
    });
  } finally {
    held.remove();
  }
}

const acknowledged = ({ positions }: SimulatedCluster): ReadonlyMap<number, number> =>
  new Map(positions.map(({ partition, acknowledged: position }) => [partition, position]));

/** Whether every leader's snapshot holds as exported what was not yet in the record snapshot. */
const haveSnapshotsAfter = ({ positions }: SimulatedCluster, x0: ReadonlyMap<number, number>): boolean =>
  positions.every(({ partition, snapshotId = '' }) => exportedInSnapshot(snapshotId) > BigInt(x0.get(partition) ?? 0));
