import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { patiently } from '../world/patiently.ts';
import { repairPhaseFiles } from '../world/phase-files.ts';
import type { ChaosCluster } from '../world/world.ts';
import type { FallenBlow } from './case-record.ts';
import type { Outcome } from './outcome.ts';

/** A backup that the chaos started. */
export interface Started {
  readonly workflowId: string;
  readonly ended: Promise<Outcome>;
  open: boolean;
}

interface Unrest {
  readonly client: Client;
  readonly cluster: ChaosCluster;
  readonly lockId: string;
  /** Grows while a fault starts further backups. */
  readonly started: readonly Started[];
  readonly blows: readonly FallenBlow[];
}

interface Rest {
  readonly quietAt?: number;
  readonly stuck?: string;
  readonly exportingAt?: number;
  readonly liftedByHandAt?: number;
}

/** Longer than every bound that the settings promise, after the last fault was over. */
const restWithinMs = 60_000;
/** Two sweeps of the watch: a pause that is a stranger's is left alone by both. */
const leftAloneMs = 8_000;

/**
 * Waits until every run of ours has ended and every replica is exporting. A stranger's pause that stays although nothing of ours is at work
 * is lifted here, as he would. What does not come to rest is told, and ended by force for the next case.
 */
export async function comeToRest(unrest: Unrest): Promise<Rest> {
  const { client, cluster, lockId, started, blows } = unrest;
  const zeebe = cluster.simulator.cluster;
  const deadline = Date.now() + restWithinMs;
  const strangerPaused = blows.some(({ fault, at }) => at !== undefined && /^stranger: (soft|hard) pause/.test(fault));
  let idleSince: number | undefined;
  let liftedByHandAt: number | undefined;
  for (;;) {
    const open = started.filter((one) => one.open).map(({ workflowId }) => workflowId);
    if (await isRunning(client, lockId)) open.push(lockId);
    if (open.length > 0) idleSince = undefined;
    else idleSince ??= Date.now();
    const exportingAt = zeebe.exportingEverywhere() ? (zeebe.pauses.at(-1)?.to ?? 0) : undefined;
    const rest = {
      ...(exportingAt === undefined ? {} : { exportingAt }),
      ...(liftedByHandAt === undefined ? {} : { liftedByHandAt }),
    };
    if (open.length === 0 && exportingAt !== undefined) return { quietAt: Date.now(), ...rest };
    if (strangerPaused && idleSince !== undefined && Date.now() - idleSince > leftAloneMs) {
      liftedByHandAt = Date.now();
      zeebe.resumeByHand();
    }
    if (Date.now() > deadline) return { ...rest, stuck: await endByForce(unrest, open) };
    await sleep(50);
  }
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await patiently(() => client.workflow.getHandle(workflowId).describe());
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function endByForce({ client, cluster, started }: Unrest, open: readonly string[]): Promise<string> {
  const zeebe = cluster.simulator.cluster;
  const paused = zeebe.phases().filter(({ phase }) => phase !== 'EXPORTING');
  const seen = `open: ${open.join(', ') || 'nothing'}; not exporting: ${JSON.stringify(paused)}`;
  for (const workflowId of open) {
    await client.workflow.getHandle(workflowId).terminate('chaos: did not come to rest');
  }
  await Promise.all(started.map(({ ended }) => ended));
  await repairPhaseFiles(zeebe);
  if (!zeebe.exportingEverywhere()) zeebe.resumeByHand();
  return seen;
}
