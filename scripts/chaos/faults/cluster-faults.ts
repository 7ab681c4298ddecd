import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedBroker } from '../../../src/simulator/cluster.ts';
import { chaosSteps } from '../plan/steps.ts';
import { repairPhaseFiles, unreadable } from '../world/phase-files.ts';
import { deed, stepsUpTo, type Arena, type ChaosFault } from './fault.ts';

const awayMs = 1_500;

const beforeRecords = stepsUpTo('AWAIT_WEB_APPS', chaosSteps);
const beforeZeebe = stepsUpTo('CHECK_AFTER_RECORDS', chaosSteps);

function broker({ cluster: { simulator } }: Arena, leads: boolean): SimulatedBroker {
  const { brokers, positions } = simulator.cluster;
  const found = brokers.find(({ nodeId }) => positions.some(({ leader }) => leader === nodeId) === leads);
  const any = found ?? brokers[0];
  if (any === undefined) throw new Error('the cluster has no broker');
  return any;
}

const down = (leads: boolean): ChaosFault =>
  deed(async (arena) => {
    const chosen = broker(arena, leads);
    await chosen.stop();
    return { lastsMs: awayMs, end: () => bringBack(arena, chosen) };
  });

/** A broker that cannot read its phase file, a while after a hard pause over a soft one, hosts nothing until an operator comes. */
async function bringBack({ cluster: { simulator } }: Arena, chosen: SimulatedBroker): Promise<void> {
  await chosen.start();
  if (unreadable(simulator.cluster).length === 0) return;
  await sleep(awayMs);
  await repairPhaseFiles(simulator.cluster);
}

const nextSnapshot = (ends: 'PARTIAL' | 'FAILED' | 'VANISHED'): ChaosFault =>
  deed(async ({ cluster: { simulator } }) => simulator.cluster.searchEngine.nextSnapshot({ name: /./, ends }), {
    steps: beforeRecords,
  });

const nextZeebeBackup = (ends: 'FAILED' | 'STAYS_INCOMPLETE' | 'STAYS_IN_PROGRESS'): ChaosFault =>
  deed(async ({ cluster: { simulator } }) => simulator.cluster.nextZeebeBackup({ ends }), { steps: beforeZeebe });

/** What happens to the cluster itself. */
export const clusterFaults: Readonly<Record<string, ChaosFault>> = {
  'broker down: a leader': down(true),
  'broker down: a follower': down(false),
  'leader change': deed(async ({ cluster: { simulator } }) => {
    for (const { partition } of simulator.cluster.positions) {
      try {
        simulator.cluster.changeLeader(partition);
      } catch {
        // With one broker there is no other.
      }
    }
  }),
  'a partition is missing from the answers': deed(async ({ cluster: { simulator } }) => {
    const lie = simulator.fault(
      { component: 'broker', method: 'GET', path: '/actuator/partitions' },
      { rewrite: withoutFirst },
    );
    return { lastsMs: awayMs, end: lie.remove };
  }),
  'search engine restarted': deed(async ({ cluster: { simulator } }) => simulator.cluster.searchEngine.restart()),
  'search engine down': deed(async ({ cluster: { simulator } }) => {
    await simulator.cluster.searchEngine.stop();
    return { lastsMs: awayMs, end: () => simulator.cluster.searchEngine.start() };
  }),
  'brokers’ disks full': deed(async ({ cluster: { simulator } }) => {
    const { diskBytes } = simulator.settings;
    const used = Math.max(...simulator.cluster.brokers.map(({ disk }) => disk.usedBytes));
    simulator.change({ diskBytes: Math.max(1, used) });
    return { lastsMs: awayMs, end: () => simulator.change({ diskBytes }) };
  }),
  'snapshot PARTIAL': nextSnapshot('PARTIAL'),
  'snapshot FAILED': nextSnapshot('FAILED'),
  'snapshot VANISHED': nextSnapshot('VANISHED'),
  'Zeebe backup FAILED': nextZeebeBackup('FAILED'),
  'Zeebe backup stays INCOMPLETE': nextZeebeBackup('STAYS_INCOMPLETE'),
  'Zeebe backup stays IN_PROGRESS': nextZeebeBackup('STAYS_IN_PROGRESS'),
  'backup store frozen': deed(async ({ cluster: { simulator } }) => {
    await simulator.cluster.setBackupStore('frozen');
    return { lastsMs: awayMs, end: () => simulator.cluster.setBackupStore('healthy') };
  }),
  'application restarted': deed(async ({ cluster: { simulator } }) => {
    const app = simulator.apps.includes('operate') ? simulator.cluster.operate : simulator.cluster.webApps;
    await app.stop();
    await sleep(200);
    await app.start();
  }),
};

function withoutFirst(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const [, ...others] = Object.entries(body);
  return Object.fromEntries(others);
}
