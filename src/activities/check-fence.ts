import { Context } from '@temporalio/activity';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import { comparePositions } from '../model/positions.ts';
import type { Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { readAcknowledged, readBrokers, type ClusterReading } from '../clients/brokers.ts';
import { polling } from './wait.ts';

export interface CheckFence {
  readonly facts: ClusterFacts;
  readonly acknowledgedAtPause: readonly LeaderPosition[];
}

/** What a fence found: `broken` and `unread` empty when the pause held. */
export interface FenceReading {
  readonly readAt: string;
  readonly broken: readonly string[];
  /** What could not be read within the grace: whether the pause held there is not known. Absent when everything was. */
  readonly unread?: readonly string[];
  readonly warnings: readonly string[];
  /** Of the partitions whose leaders were read with other positions than at the pause; absent for none. */
  readonly otherwise?: readonly LeaderPosition[];
}

export function createFenceActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * Whether the pause still holds: every reachable replica paused, a leader of every partition among them, and no acknowledged
     * position above the one at the pause. Waits a grace for a missing leader, and then names it as unread; a broker that cannot be reached
     * is a warning.
     */
    async checkFence({ facts, acknowledgedAtPause }: CheckFence): Promise<FenceReading> {
      if (facts.verification === 'gateway-only') {
        return { readAt: new Date().toISOString(), broken: [], warnings: ['not verified: gateway-only'] };
      }
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const { topology, timing } = facts;
      return heartbeating(async (beat) => {
        const poll = polling(timing);
        for (;;) {
          const reading = await readBrokers(cluster, topology, signal);
          const leaderless = topology.partitionIds.filter(
            (id) => !reading.leaders.some(({ partitionId }) => partitionId === id),
          );
          if (leaderless.length === 0 || poll.waitedMs() > timing.appearGraceMs) {
            const leaders = await readAcknowledged(cluster, topology, reading.leaders, signal);
            return fenceReading(facts, { ...reading, leaders }, leaderless, acknowledgedAtPause);
          }
          beat({ waitingFor: 'a leader of every partition', seen: leaderless, seconds: poll.seconds() });
          await poll.pause();
        }
      });
    },
  };
}

function fenceReading(
  facts: ClusterFacts,
  reading: ClusterReading,
  leaderless: readonly number[],
  acknowledgedAtPause: readonly LeaderPosition[],
): FenceReading {
  const expected = facts.pauseKind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED';
  const replicas = reading.brokers.flatMap(({ nodeId, replicas: found = [] }) =>
    found.map((replica) => ({ nodeId, ...replica })),
  );
  const unpaused = replicas
    .filter(({ exporterPhase }) => exporterPhase !== expected)
    .map(
      ({ nodeId, partitionId, exporterPhase }) => `partition ${partitionId} on broker ${nodeId} is ${exporterPhase}`,
    );
  const moved = reading.leaders.flatMap((now) => {
    const before = acknowledgedAtPause.find(({ partitionId }) => partitionId === now.partitionId);
    return before === undefined ? [] : movedPositions(before, now);
  });
  const otherwise = reading.leaders.filter((now) => !unchanged(now, acknowledgedAtPause));
  return {
    readAt: new Date().toISOString(),
    ...(otherwise.length === 0 ? {} : { otherwise }),
    broken: [...unpaused, ...moved.filter(({ broken }) => broken).map(({ text }) => text)],
    ...(leaderless.length === 0
      ? {}
      : { unread: leaderless.map((id) => `no leader of partition ${id} could be read`) }),
    warnings: [
      ...reading.brokers.flatMap(({ nodeId, unreachable }) =>
        unreachable === undefined ? [] : [`broker ${nodeId} could not be read: ${unreachable}`],
      ),
      ...facts.topology.brokers.flatMap(({ nodeId, partitions }) => {
        const silent = partitions.filter((id) => !replicas.some((r) => r.nodeId === nodeId && r.partitionId === id));
        const reached = reading.brokers.some((broker) => broker.nodeId === nodeId && broker.replicas !== undefined);
        return reached && silent.length > 0 ? [`broker ${nodeId} does not show partition ${silent.join(', ')}`] : [];
      }),
      ...moved.filter(({ broken }) => !broken).map(({ text }) => text),
      ...onlyTheMinimum(facts, acknowledgedAtPause),
    ],
  };
}

const unchanged = (now: LeaderPosition, atPause: readonly LeaderPosition[]): boolean =>
  atPause.some(
    (before) =>
      before.partitionId === now.partitionId &&
      movedPositions(before, now).length === 0 &&
      movedPositions(now, before).length === 0,
  );

/** What differs between two readings of one partition. Only a higher position means that something was exported. */
function movedPositions(
  before: LeaderPosition,
  now: LeaderPosition,
): { readonly broken: boolean; readonly text: string }[] {
  // A replica can lag behind the leader it replaces, so a lower position after a leader change is normal.
  const where = now.nodeId === before.nodeId ? '' : ` on the new leader ${now.nodeId}`;
  const compared = [
    { name: 'acknowledged position', from: before.acknowledged, to: now.acknowledged },
    ...Object.entries(before.exporters ?? {}).map(([exporter, from]) => ({
      name: `position acknowledged by exporter ${exporter}`,
      from,
      to: now.exporters?.[exporter],
    })),
  ];
  return compared.flatMap(({ name, from, to }) => {
    if (to === undefined) {
      // A new leader publishes an exporter's position only once that exporter acknowledged something under it.
      const text = `${name} of partition ${now.partitionId} was ${from} at the pause and is not published${where}`;
      return [{ broken: false, text }];
    }
    if (comparePositions(to, from) === 0) return [];
    const text = `${name} of partition ${now.partitionId} was ${from} at the pause and is ${to}${where}`;
    return [{ broken: comparePositions(to, from) > 0, text }];
  });
}

/** Several exporters share one minimum: without their own positions a resume of the faster ones would go unseen. */
function onlyTheMinimum(facts: ClusterFacts, acknowledgedAtPause: readonly LeaderPosition[]): string[] {
  const { exporters } = facts.topology;
  const unpublished = acknowledgedAtPause.filter(({ exporters: own = {} }) =>
    exporters.some((id) => own[id] === undefined),
  );
  if (exporters.length < 2 || unpublished.length === 0) return [];
  const ids = unpublished.map(({ partitionId }) => partitionId).join(', ');
  return [
    `partition ${ids}: positions per exporter are not published; the lowest of ${exporters.join(', ')} is compared`,
  ];
}
