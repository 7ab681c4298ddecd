import { expect, test } from 'vitest';
import { running } from './support.ts';

const gibibyte = 2 ** 30;

test('the metrics of a broker tell its disk, less free the longer exporting is paused', async () => {
  await using s = await running({ recordsPerSecond: 2_000, diskBytes: gibibyte });
  const free = async (): Promise<number> => {
    const { body } = await s.broker(0)('GET', '/actuator/prometheus');
    expect(body).toContain('disk_total_bytes{path="/usr/local/zeebe/.",} 1.073741824E9\n');
    return Number(/^disk_free_bytes\{path="[^"]+",\} (\S+)$/m.exec(String(body))?.[1]);
  };
  s.simulator.cluster.pauseByHand('soft');
  const before = await free();

  const [{ log: at } = { log: 0 }] = s.simulator.cluster.positions;
  await s.simulator.cluster.awaitState(({ positions: [first] }) => (first?.log ?? 0) > at + 200);

  expect(await free()).toBeLessThan(before - 200 * 600);
});

test('a broker whose disk is full takes no backup and says why', async () => {
  await using s = await running();
  s.simulator.change({ diskBytes: 1 });

  expect(await s.gateway('POST', '/actuator/backups', { backupId: 5 })).toMatchObject({
    status: 503,
    body: { message: 'Cannot accept requests for partition 1. Broker is out of disk space' },
  });
  expect(s.simulator.cluster.brokers[0]?.disk).toMatchObject({ totalBytes: 1 });
});

test('the health shows the disk only where it is asked to', async () => {
  await using plain = await running();
  expect((await plain.broker(0)('GET', '/actuator/health')).body).not.toHaveProperty('components.diskSpace');

  await using s = await running({ healthShowsDisk: true, diskBytes: gibibyte });
  const health = () => s.broker(0)('GET', '/actuator/health');
  expect(await health()).toMatchObject({
    status: 200,
    body: { status: 'UP', components: { diskSpace: { status: 'UP', details: { total: gibibyte } } } },
  });
  s.simulator.change({ diskBytes: 1_000 });
  expect(await health()).toMatchObject({ status: 503, body: { components: { diskSpace: { status: 'DOWN' } } } });
});
