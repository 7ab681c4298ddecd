import type { Info } from '@temporalio/activity';
import type { ProveBackup } from '../../src/activities/proof.ts';
import { startActivityWorld, type ActivityWorldOptions } from './activity-world.ts';

export const backupId = 1_795_229_500;

export type SimulatedCluster = Awaited<ReturnType<typeof startActivityWorld>>['simulator']['cluster'];

/** A backup taken in the right order by the activities themselves; `inPause` happens before the Zeebe backup. */
export async function backedUp(
  options: ActivityWorldOptions = {},
  change: { before?: (w: SimulatedCluster) => unknown; inPause?: (w: SimulatedCluster) => unknown } = {},
) {
  const w = await startActivityWorld({ ...options, simulator: { recordsPerSecond: 2_000, ...options.simulator } });
  const { activities } = w;
  await change.before?.(w.simulator.cluster);
  const facts = await w.discover();
  const { absentAt } = await w.run(activities.prepareBackup, { facts, backupId });
  for (const { app } of facts.webApps) {
    const { scheduled } = await w.run(activities.takeWebAppBackup, { facts, app, backupId, absentAt });
    await w.run(activities.awaitWebAppBackup, { facts, app, backupId, scheduled });
  }
  const { acknowledged } = await w.run(activities.softPauseExporting, { facts });
  await w.run(activities.takeRecordSnapshot, { facts, backupId });
  const { highestRecords, uuid = '' } = await w.run(activities.awaitRecordSnapshot, { facts, backupId });
  await change.inPause?.(w.simulator.cluster);
  await w.run(activities.takeZeebeBackup, { facts, backupId, absentAt });
  await w.run(activities.awaitZeebeBackup, { facts, backupId });
  const set: ProveBackup = {
    facts,
    backupId,
    acknowledgedAtPause: acknowledged,
    highestRecords,
    recordSnapshotUuid: uuid,
    fences: [],
  };
  return Object.assign(w, {
    set,
    acknowledgedAtPause: acknowledged,
    prove: (more: Partial<ProveBackup> = {}, info?: Partial<Info>) =>
      w.run(activities.proveBackup, { ...set, ...more }, info),
  });
}
