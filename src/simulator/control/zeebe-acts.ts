import { z } from 'zod';
import type { SimulatedBroker } from '../cluster.ts';
import { act, backupId, choose, nothing, type Act } from './act.ts';
import type { Simulator } from '../simulator.ts';

const node = z.strictObject({ nodeId: z.int().nonnegative() });

function brokerOf({ cluster: { brokers } }: Simulator, nodeId: number): SimulatedBroker {
  const ids = brokers.map((broker) => broker.nodeId);
  return choose(
    brokers.find((broker) => broker.nodeId === nodeId),
    'nodeId',
    nodeId,
    ids,
  );
}

function checkPartition({ cluster: { positions } }: Simulator, partitionId: number | undefined): void {
  if (partitionId === undefined) return;
  const ids = positions.map(({ partition }) => partition);
  choose(
    ids.find((id) => id === partitionId),
    'partitionId',
    partitionId,
    ids,
  );
}

/** What happens to brokers, partitions and Zeebe's backups. */
export const zeebeActs = {
  'stop-broker': act(
    'Kills a broker: connections are cut, then refused; its partitions get another leader where a majority is left.',
    node,
    (simulator, { nodeId }) => brokerOf(simulator, nodeId).stop(),
  ),
  'start-broker': act('Starts a broker, with the exporter phases that it had.', node, (simulator, { nodeId }) =>
    brokerOf(simulator, nodeId).start(),
  ),
  'repair-phase-files': act(
    'Deletes phase files that a hard pause over a soft one made unreadable; for the next start.',
    node,
    (simulator, { nodeId }) => brokerOf(simulator, nodeId).repairPhaseFiles(),
  ),
  'change-leader': act(
    'Makes another running replica the leader: the given node, or the next by priority.',
    z.strictObject({ partitionId: z.int(), nodeId: z.int().optional() }),
    (simulator, { partitionId, nodeId }) => {
      checkPartition(simulator, partitionId);
      if (nodeId !== undefined) brokerOf(simulator, nodeId);
      simulator.cluster.changeLeader(partitionId, nodeId);
    },
  ),
  'take-broker-snapshots': act('Every running replica takes a broker snapshot.', nothing, ({ cluster }) =>
    cluster.takeBrokerSnapshots(),
  ),
  'distribute-positions': act(
    'Every leader tells its followers what its exporters acknowledged.',
    nothing,
    ({ cluster }) => cluster.distributePositions(),
  ),
  'pause-exporting': act(
    'Somebody else pauses exporting through the gateway.',
    z.strictObject({ kind: z.enum(['soft', 'hard']) }),
    ({ cluster }, { kind }) => cluster.pauseByHand(kind),
  ),
  'resume-exporting': act('Somebody else resumes exporting through the gateway.', nothing, ({ cluster }) =>
    cluster.resumeByHand(),
  ),
  'set-exporters': act(
    'Exporters get stuck, writing and acknowledging nothing while they show as exporting, or go on.',
    z.strictObject({ stuck: z.boolean() }),
    ({ cluster }, { stuck }) => void (cluster.exportersStuck = stuck),
  ),
  'set-stale-topology': act(
    'While stale, the gateway believes in brokers that are down: pause and resume fail, and reach the others.',
    z.strictObject({ stale: z.boolean() }),
    ({ cluster }, { stale }) => void (cluster.staleTopology = stale),
  ),
  'set-backup-store': act(
    'The backup store is absent, refuses connections, does not answer, or is well again.',
    z.strictObject({ state: z.enum(['healthy', 'none', 'refused', 'frozen']) }),
    ({ cluster }, { state }) => cluster.setBackupStore(state),
  ),
  'next-zeebe-backup': act(
    'Decides how the next Zeebe backup goes: on one partition, or on all (STAYS_INCOMPLETE: on the last). TAKEN_TWICE: its leader changes, and the next one takes the part once more.',
    z.strictObject({
      ends: z.enum(['FAILED', 'STAYS_IN_PROGRESS', 'STAYS_INCOMPLETE', 'TAKEN_TWICE']),
      partitionId: z.int().optional(),
      reason: z.string().optional(),
    }),
    (simulator, fate) => {
      checkPartition(simulator, fate.partitionId);
      simulator.cluster.nextZeebeBackup(fate);
    },
  ),
  'take-zeebe-backup': act(
    'Somebody else takes a Zeebe backup.',
    z.strictObject({ backupId }),
    ({ cluster }, { backupId: id }) => cluster.takeZeebeBackupByHand(id),
  ),
  'delete-zeebe-backup': act(
    'Somebody else deletes a Zeebe backup; its ID stays burnt.',
    z.strictObject({ backupId }),
    ({ cluster }, { backupId: id }) => cluster.deleteZeebeBackupByHand(id),
  ),
  'burn-backup-id': act(
    'Makes an ID the highest that was ever used, with nothing to be seen of it.',
    z.strictObject({ backupId }),
    ({ cluster }, { backupId: id }) => cluster.burnBackupId(id),
  ),
  'delete-stored': act(
    "Somebody deletes what lies below a prefix in the backup store, behind Zeebe's back; answers the keys.",
    z.strictObject({ prefix: z.string() }),
    ({ cluster }, { prefix }) => cluster.deleteStored(prefix),
  ),
  'empty-data-folder': act(
    'Deletes everything in the data folder of a broker that is down.',
    node,
    (simulator, { nodeId }) => {
      brokerOf(simulator, nodeId);
      simulator.cluster.emptyDataFolder(nodeId);
    },
  ),
  'restore-broker': act(
    'Runs the restore application on a broker; answers its exit code and log.',
    z.strictObject({
      nodeId: z.int().nonnegative(),
      backupId,
      partitionCount: z.int().positive().optional(),
      validateConfig: z.boolean().optional(),
    }),
    (simulator, request) => {
      brokerOf(simulator, request.nodeId);
      return simulator.cluster.restoreBroker(request);
    },
  ),
} as const satisfies Readonly<Record<string, Act>>;
