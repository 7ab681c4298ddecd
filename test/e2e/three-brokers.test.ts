import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPartitions } from '../../src/parts/brokers.ts';
import type { Broker } from '../../scripts/real-parts/zeebe.ts';
import {
  awaitPeriodicSnapshots,
  startClusterUnderTest,
  type ClusterUnderTest,
} from '../support/real/cluster-under-test.ts';
import { readBackupStore, readSnapshots, readZeebeBackup } from '../support/real/read-back.ts';

const minutes = 60_000;
let cluster: ClusterUnderTest;
let failed = false;

beforeAll(async () => {
  cluster = await startClusterUnderTest({ nodes: 3 });
  await awaitPeriodicSnapshots(cluster);
}, 15 * minutes);

afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

afterAll(async () => {
  await cluster?.stop({ keep: failed });
}, 3 * minutes);

test(
  'a backup during which a broker that leads nothing dies is COMPLETED, and exporting runs on all three in the end',
  { timeout: 10 * minutes },
  async () => {
    const victim = await brokerBesideTheGateway((roles) => !roles.includes('LEADER'));

    const { exitCode, result } = await backUpWhileDies(victim, 'follower-dies');

    expect({ exitCode, state: result?.state }).toEqual({ exitCode: 0, state: 'COMPLETED' });
    await expectWhole(result?.backupId ?? 0);
    expect(await cluster.phases()).toEqual(['EXPORTING']);
    console.info(`A follower died: ${JSON.stringify(result)}`);
  },
);

test(
  'a backup during which the leader of a partition dies is COMPLETED, if need be by a second ID, and exporting runs on all three in the end',
  { timeout: 10 * minutes },
  async () => {
    const victim = await brokerBesideTheGateway((roles) => roles.includes('LEADER'));

    const { exitCode, result } = await backUpWhileDies(victim, 'leader-dies');

    expect({ exitCode, state: result?.state }).toEqual({ exitCode: 0, state: 'COMPLETED' });
    await expectWhole(result?.backupId ?? 0);
    expect(await cluster.phases()).toEqual(['EXPORTING']);
    console.info(`A leader died: ${JSON.stringify(result)}`);
  },
);

/** Kills the broker while exporting is paused, and starts it again when the backup has ended and the resume waits for it. */
async function backUpWhileDies(victim: Broker, workflowId: string) {
  const held = cluster.gateway.hold((call) => call === 'POST /actuator/backups');
  const running = cluster.backUp(workflowId);
  await held.arrived;
  expect(await cluster.phases()).toEqual(['SOFT_PAUSED']);
  await victim.kill('SIGKILL');
  held.release();
  await cluster.awaitStep('RESUME_EXPORTING');
  await victim.start();
  return running;
}

async function brokerBesideTheGateway(has: (roles: readonly string[]) => boolean): Promise<Broker> {
  for (const broker of cluster.stack.zeebe.brokers) {
    if (broker.nodeId === cluster.stack.zeebe.gateway.nodeId) continue;
    const roles = Object.values(await readPartitions(broker)).map(({ role }) => role);
    if (has(roles)) return broker;
  }
  throw new Error('No broker beside the gateway has the roles wanted');
}

async function expectWhole(backupId: number): Promise<void> {
  const { stack } = cluster;
  const zeebe = await readZeebeBackup(stack, backupId);
  expect(zeebe.state).toBe('COMPLETED');
  expect(zeebe.details.map(({ partitionId, state }) => [partitionId, state])).toEqual([
    [1, 'COMPLETED'],
    [2, 'COMPLETED'],
  ]);
  const snapshots = await readSnapshots(stack, backupId);
  expect(snapshots).toHaveLength(13);
  expect(snapshots.filter(({ state }) => state !== 'SUCCESS')).toEqual([]);
  const completed = (await readBackupStore(stack, backupId)).filter(
    ({ manifest }) => manifest.statusCode === 'completed',
  );
  expect(new Set(completed.map(({ manifest }) => manifest.id.partitionId))).toEqual(new Set([1, 2]));
  expect(completed.flatMap(({ missing }) => missing)).toEqual([]);
}
