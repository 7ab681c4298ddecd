import { until } from '../../../src/parts/until.ts';
import { clusterLockId } from '../../../src/model/cluster-lock.ts';
import { inPause } from '../../support/scenario.ts';
import type { Site } from './site.ts';

const lockId = clusterLockId('prod');
const withinMs = 30_000;

/** What somebody paused before goes on. */
export const calm = ({ simulator: { cluster } }: Site): void => cluster.resumeByHand();

/** Somebody paused exporting, and nobody is at work. */
export const paused = ({ simulator: { cluster } }: Site): void => cluster.pauseByHand('soft');

/** The same, and one broker does not answer. */
export function pausedWithABrokerDown(site: Site): Promise<void> {
  paused(site);
  return site.simulator.cluster.brokers[2]?.stop() ?? Promise.resolve();
}

/** Waits that last long enough to be seen. */
export const unhurried = ({ simulator }: Site): void =>
  simulator.change({ partDurationMs: 400, zeebeBackupDurationMs: 6_000 });

export async function backedUp({ client }: Site): Promise<void> {
  await client.workflow.execute('backupCluster', {
    workflowId: 'backup-prod-2026-11-21T08:36:21.508Z',
    taskQueue: 'camunda-backup',
    args: [{ cluster: 'prod', requestedBy: 'anna' }],
  });
}

/** A cluster of which there is a backup. */
export async function oneBackup(site: Site): Promise<void> {
  calm(site);
  if (site.simulator.cluster.backups.some(({ state }) => state === 'COMPLETED')) return;
  await backedUp(site);
}

/** A backup in its pause, after one that is COMPLETED. */
export async function inThePause(site: Site): Promise<void> {
  if (site.simulator.cluster.pausedSince() !== undefined) return;
  await backedUp(site);
  site.simulator.change({ zeebeBackupDurationMs: 600_000 });
  await startBackup(site, 'backup-in-the-pause');
  await inPause(site.simulator);
}

/** A backup whose work somebody terminated when every part was whole: none may be cleaned up. */
export async function terminated(site: Site): Promise<void> {
  const { simulator, client, filled } = site;
  if (filled.has('<id>')) return;
  const proof = simulator.fault({ caller: /proveBackup/ }, { hold: 'before-act' });
  const outer = await startBackup(site, 'terminated-backup');
  await proof.reached();
  await client.workflow.getHandle(lockId).terminate('by mistake');
  proof.remove();
  await outer.result().catch(() => undefined);
  filled.set('<id>', String(simulator.cluster.backups.at(-1)?.backupId ?? ''));
  filled.set('<yours>', outer.workflowId);
}

/** A backup that failed, was cleaned up as far as possible, and names the rest. */
export async function leftBehind(site: Site): Promise<void> {
  calm(site);
  site.simulator.cluster.nextZeebeBackup({ ends: 'FAILED' });
  const outer = await startBackup(site, 'failed-backup', { attempts: 1 });
  await outer.result().catch(() => undefined);
}

/** A stranger's pause that the watch has seen. */
export async function seenByTheWatch(site: Site): Promise<void> {
  paused(site);
  const workflowId = await until('a finding of the watch', withinMs, async () => {
    const list = site.client.workflow.list({
      query: 'WorkflowType = "watchExporting" AND ExecutionStatus = "Completed"',
    });
    for await (const { workflowId } of list) {
      const result: unknown = await site.client.workflow.getHandle(workflowId).result();
      return JSON.stringify(result).match(/FOREIGN|UNKNOWN/) !== null ? workflowId : false;
    }
    return false;
  });
  site.filled.set('<the ID listed>', workflowId);
}

const startBackup = ({ client }: Site, workflowId: string, input: Readonly<Record<string, unknown>> = {}) =>
  client.workflow.start('backupCluster', {
    workflowId,
    taskQueue: 'camunda-backup',
    args: [{ cluster: 'prod', requestedBy: 'anna', reason: 'nightly', ...input }],
  });

/** No Schedule of that name yet. */
export async function unscheduled({ client }: Site): Promise<void> {
  await client.schedule
    .getHandle('camunda-backup/prod/nightly')
    .delete()
    .catch(() => undefined);
}

export async function scheduled(site: Site): Promise<void> {
  const { code, output } = await site.run("npx camunda-backup schedule create prod nightly --cron '30 3 * * *'").ended;
  if (code !== 0) throw new Error(output);
}
