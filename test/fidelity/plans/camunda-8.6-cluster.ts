import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import type { Rules } from '../support/compare.ts';
import type { FolderPlan, Step } from '../support/replay.ts';
import { inAnyOrder, managementRules, metrics, orNull, position, snapshotId, textWithout } from '../support/rules.ts';
import { backupState, takenByHand, restartBroker, stopBroker } from '../support/states.ts';

// Unlike these brokers, simulated followers take their snapshots together with the leader.
const followersOf = (partition: number): Rules => ({
  [`${partition}.snapshotId`]: orNull(snapshotId),
  [`${partition}.processedPositionInSnapshot`]: orNull(position),
});
const options: SimulatorOptions = {
  version: '8.6.0',
  brokers: 3,
  partitions: 2,
  // They happen when a step says so.
  snapshotPeriodMs: 3_600_000,
  positionDistributionMs: 3_600_000,
};
const byId: Rules = { brokers: inAnyOrder('id') };
const brokerTwo: Step['ask'] = ({ urls }) => urls.brokers[2];

const topology = textWithout(/(?<=of partition )\d/, /(?<=partitionLeaders=\{)[^}]*/, /(?<=brokers=\[)[^\]]*/);

/** Zeebe 8.6.0, three brokers, replication 3, two partitions. */
export const camunda86Cluster: FolderPlan = {
  folder: 'camunda-8.6-cluster',
  rules: managementRules,
  scenes: [
    {
      exchanges: '01-03, 05-11, 13-22',
      options,
      ask: ({ urls }) => urls.gateway,
      steps: {
        '01-cluster': { rules: byId },
        '02-partitions-follower-and-leader': {
          ask: ({ urls }) => urls.brokers[0],
          before: ({ cluster }) => cluster.distributePositions(),
        },
        '05-resume-one-down': {
          async before(simulator) {
            simulator.cluster.staleTopology = true;
            await stopBroker(2)(simulator);
          },
        },
        '07-cluster-one-down': { rules: byId },
        '10-backups-get-one-down': { before: backupState(5000, 'COMPLETED') },
        '13-resume-one-down-later': { before: ({ cluster }) => void (cluster.staleTopology = false) },
        '14-fallback-resume-b0': {
          ask: ({ urls }) => urls.brokers[0],
          before: ({ cluster }) => cluster.takeBrokerSnapshots(),
          rules: followersOf(2),
        },
        '15-fallback-resume-b1': { ask: ({ urls }) => urls.brokers[1], rules: followersOf(1) },
        '16-partitions-b2-back': { ask: brokerTwo, before: ({ cluster }) => cluster.brokers[2]?.start() },
        '19-partitions-b2-after-restart-in-pause': { ask: brokerTwo, before: restartBroker(2) },
        '21-partitions-b2-corrupt': { ask: brokerTwo, before: restartBroker(2) },
        '22-resume-after-repair': {
          async before(simulator) {
            simulator.cluster.brokers[2]?.repairPhaseFiles();
            await restartBroker(2)(simulator);
          },
        },
      },
    },
    {
      exchanges: '23-25',
      options: { ...options, gatewayTimeoutMs: 40 },
      ask: ({ urls }) => urls.gateway,
      steps: {
        '23-post-s3-frozen': { before: ({ cluster }) => void (cluster.backupStore = 'frozen') },
        // 15 s is the gateway's default; here it waits shorter.
        '24-get-s3-frozen': { rules: { message: textWithout(/PT[\d.]+S$/) } },
        '25-list-s3-frozen': { rules: { message: textWithout(/PT[\d.]+S$/) } },
      },
    },
    {
      exchanges: '26',
      options,
      ask: ({ urls }) => urls.gateway,
      steps: {
        '26-get-after-leader-change': {
          async before(simulator) {
            const reason =
              'Cannot find a snapshot that can be included in the backup 6000. All available snapshots ([]) have processedPosition or lastFollowupEventPosition > checkpointPosition 576';
            simulator.cluster.nextZeebeBackup({ ends: 'FAILED', partitionId: 2, reason });
            simulator.cluster.takeZeebeBackupByHand(6000);
            await stopBroker(0)(simulator);
            await backupState(6000, 'FAILED')(simulator);
          },
          rules: { failureReason: textWithout(/ All available snapshots .*? > checkpointPosition \d+/) },
        },
      },
    },
    {
      exchanges: '28',
      options,
      ask: ({ urls }) => urls.gateway,
      steps: {
        '28-resume-leader-just-killed': {
          async before(simulator) {
            simulator.cluster.pauseByHand('soft');
            await stopBroker(2)(simulator);
          },
          // Three seconds after the kill the topology still listed the broker, and missed it in partition 2 first.
          rules: { message: topology, localizedMessage: topology },
        },
      },
    },
    {
      exchanges: '29',
      options,
      ask: ({ urls }) => urls.gateway,
      steps: {
        '29-stale-topology-pause-only': {
          async before(simulator) {
            simulator.cluster.staleTopology = true;
            await stopBroker(2)(simulator);
          },
        },
      },
    },
    {
      exchanges: '30-38',
      options,
      ask: ({ urls }) => urls.gateway,
      steps: {
        '31-healthy-get': { before: backupState(100, 'COMPLETED') },
        '33-healthy-list': { before: backupState(200, 'COMPLETED') },
      },
    },
    {
      exchanges: 'prometheus-b1-leader.txt',
      options,
      ask: ({ urls }) => urls.brokers[1],
      steps: {
        'prometheus-b1-leader.txt': {
          before: takenByHand(7000, 'COMPLETED'),
          rules: { body: metrics('zeebe_exporter_state', 'zeebe_checkpoint_id') },
        },
      },
    },
  ],
  notComparable: { 'not called': '04, 12, 27' },
};
