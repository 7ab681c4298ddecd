import { recordSnapshotName } from '../../../src/model/snapshots.ts';
import { chaosSteps } from '../plan/steps.ts';
import { patiently } from '../world/patiently.ts';
import { deed, stepsUpTo, type Arena, type ChaosFault } from './fault.ts';

const beforeRecords = stepsUpTo('AWAIT_WEB_APPS', chaosSteps);
const names = chaosSteps.map(({ name }) => name);
const afterPrepare = names.slice(names.indexOf('TAKE_WEB_APPS'));
// What is deleted while it is read back can be whole in the answer, and gone a moment later.
const beforeProof = names.slice(0, names.indexOf('PROVE'));
const afterApps = beforeProof.slice(names.indexOf('AWAIT_WEB_APPS'));
const afterRecords = beforeProof.slice(names.indexOf('AWAIT_RECORDS'));
const afterZeebe = beforeProof.slice(names.indexOf('AWAIT_ZEEBE'));

/** The ID that the backup under way has chosen. */
async function ownId({ client, lockId }: Arena): Promise<number> {
  const { memo } = await patiently(() => client.workflow.getHandle(lockId).describe());
  const backupId: unknown = memo?.['backupId'];
  if (typeof backupId !== 'number') throw new Error('no ID is chosen yet');
  return backupId;
}

/** What other people and their scripts do to the same cluster. */
export const strangerFaults: Readonly<Record<string, ChaosFault>> = {
  'stranger: soft pause': deed(async ({ cluster: { simulator } }) => simulator.cluster.pauseByHand('soft')),
  'stranger: hard pause': deed(async ({ cluster: { simulator } }) => simulator.cluster.pauseByHand('hard')),
  'stranger: resume': deed(async ({ cluster: { simulator } }) => simulator.cluster.resumeByHand()),
  'stranger: takes a Zeebe backup': deed(async ({ cluster: { simulator } }) =>
    simulator.cluster.takeZeebeBackupByHand(Math.floor(Date.now() / 1_000) + 5),
  ),
  'stranger: burns a higher ID': deed(
    async (arena) => arena.cluster.simulator.cluster.burnBackupId((await ownId(arena)) + 3),
    { steps: afterPrepare },
  ),
  'stranger: takes a snapshot under our name': deed(
    async (arena) => {
      const { cluster, repository } = arena.cluster.simulator;
      cluster.searchEngine.takeSnapshotByHand({ repository, name: recordSnapshotName(await ownId(arena)) });
    },
    { steps: beforeRecords.filter((step) => afterPrepare.includes(step)) },
  ),
  'stranger: deletes the application’s backup': deed(
    async (arena) => {
      const { cluster, apps } = arena.cluster.simulator;
      const [app] = apps;
      if (app !== undefined) cluster[app]?.deleteByHand(await ownId(arena));
    },
    { steps: afterApps },
  ),
  'stranger: deletes the record snapshot': deed(
    async (arena) => {
      const { cluster, repository } = arena.cluster.simulator;
      cluster.searchEngine.deleteSnapshotByHand(repository, recordSnapshotName(await ownId(arena)));
    },
    { steps: afterRecords },
  ),
  'stranger: deletes the Zeebe backup': deed(
    async (arena) => arena.cluster.simulator.cluster.deleteZeebeBackupByHand(await ownId(arena)),
    { steps: afterZeebe },
  ),
};
