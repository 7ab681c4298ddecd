import { describe, expect, test } from 'vitest';
import { readPhases, topologyOf, type BrokerReading } from '../../../src/model/exporting.ts';
import type { ClusterTopology } from '../../../src/model/zeebe.ts';

const topology = (brokers: number, exporters?: readonly string[]): ClusterTopology => ({
  brokers: Array.from({ length: brokers }, (_, nodeId) => ({ nodeId, partitions: [1, 2] })),
  partitionIds: [1, 2],
  ...(exporters === undefined ? {} : { exporters }),
  changePending: false,
});

/** One broker's answer: the phases of its partitions 1, 2, ... */
const broker = (nodeId: number, ...phases: readonly string[]): BrokerReading => ({
  nodeId,
  replicas: phases.map((exporterPhase, at) => ({
    partitionId: at + 1,
    role: 'FOLLOWER',
    exporterPhase,
    exportedPosition: '1',
    processedPosition: '1',
  })),
});

const three = topology(3, ['elasticsearch']);
const one = topology(1, ['elasticsearch']);

test.each([
  ['EXPORTING', 'exporting', { anyPaused: false, anyHardPaused: false }],
  ['SOFT_PAUSED', 'soft-paused', { anyPaused: true, anyHardPaused: false }],
  ['PAUSED', 'paused', { anyPaused: true, anyHardPaused: true }],
] as const)('replicas that are all %s are read as %s', (wire, phase, facts) => {
  const found = readPhases(three, [broker(0, wire, wire), broker(1, wire, wire), broker(2, wire, wire)]);

  expect(found).toMatchObject({ phase, ...facts });
  expect(found.notExporting).toHaveLength(wire === 'EXPORTING' ? 0 : 6);
});

test('one replica of six that is still paused is mixed, and is named', () => {
  expect(
    readPhases(three, [
      broker(0, 'EXPORTING', 'EXPORTING'),
      broker(1, 'EXPORTING', 'SOFT_PAUSED'),
      broker(2, 'EXPORTING', 'EXPORTING'),
    ]),
  ).toEqual({
    phase: 'mixed',
    notExporting: ['partition 2 on broker 1: SOFT_PAUSED'],
    anyPaused: true,
    anyHardPaused: false,
  });
});

test('soft and hard pauses together are mixed, and the hard one is not hidden', () => {
  expect(readPhases(one, [broker(0, 'SOFT_PAUSED', 'PAUSED')])).toMatchObject({
    phase: 'mixed',
    anyPaused: true,
    anyHardPaused: true,
  });
});

describe('never exporting is', () => {
  test('a broker that answers {}', () => {
    expect(readPhases(one, [{ nodeId: 0, replicas: [] }])).toMatchObject({
      phase: 'unknown',
      notExporting: [
        'partition 1 on broker 0: not in the broker’s answer',
        'partition 2 on broker 0: not in the broker’s answer',
      ],
      anyPaused: false,
    });
  });

  test('a partition that is missing in its broker’s answer', () => {
    expect(readPhases(one, [broker(0, 'EXPORTING')])).toMatchObject({
      phase: 'unknown',
      notExporting: ['partition 2 on broker 0: not in the broker’s answer'],
    });
  });

  test('a broker that did not answer; its reason is shown', () => {
    const found = readPhases(three, [
      broker(0, 'EXPORTING', 'EXPORTING'),
      broker(1, 'EXPORTING', 'EXPORTING'),
      { nodeId: 2, unreachable: 'No answer: GET http://b2: connection refused' },
    ]);

    expect(found.phase).toBe('unknown');
    expect(found.notExporting[0]).toBe('partition 1 on broker 2: No answer: GET http://b2: connection refused');
  });

  test('a broker that nobody asked', () => {
    expect(readPhases(three, [broker(0, 'EXPORTING', 'EXPORTING'), broker(1, 'EXPORTING', 'EXPORTING')]).phase).toBe(
      'unknown',
    );
  });

  test('a cluster without brokers in its topology', () => {
    expect(readPhases(topology(0, ['elasticsearch']), []).phase).toBe('unknown');
  });

  test('a phase of a later version', () => {
    expect(readPhases(one, [broker(0, 'DRAINING', 'DRAINING')])).toMatchObject({ phase: 'unknown', anyPaused: false });
  });

  test('CLOSED where an exporter is configured', () => {
    expect(readPhases(one, [broker(0, 'CLOSED', 'CLOSED')])).toMatchObject({ phase: 'unknown', anyPaused: false });
    expect(readPhases(one, [broker(0, 'EXPORTING', 'CLOSED')]).phase).toBe('mixed');
  });

  test('CLOSED where nobody knows whether an exporter is configured', () => {
    expect(readPhases(topology(1), [broker(0, 'CLOSED', 'CLOSED')]).phase).toBe('unknown');
  });
});

test('CLOSED where no exporter is configured has nothing to pause and counts as exporting', () => {
  expect(readPhases(topology(1, []), [broker(0, 'CLOSED', 'CLOSED')])).toMatchObject({
    phase: 'exporting',
    notExporting: [],
  });
});

test('a paused replica beside an unreachable broker is unknown, and the pause is still seen', () => {
  const found = readPhases(topology(2, ['elasticsearch']), [
    broker(0, 'SOFT_PAUSED', 'SOFT_PAUSED'),
    { nodeId: 1, unreachable: 'down' },
  ]);

  expect(found).toMatchObject({ phase: 'unknown', anyPaused: true });
});

test('a replica that the topology does not expect is left alone', () => {
  expect(readPhases(one, [broker(0, 'EXPORTING', 'EXPORTING', 'SOFT_PAUSED')]).phase).toBe('exporting');
});

test('the list of what is not exporting is cut at eight, with the number of the rest', () => {
  const wide: ClusterTopology = {
    ...one,
    brokers: [{ nodeId: 0, partitions: Array.from({ length: 100 }, (_, at) => at + 1) }],
  };

  const { notExporting } = readPhases(wide, [{ nodeId: 0, unreachable: 'down' }]);

  expect(notExporting).toHaveLength(9);
  expect(notExporting.at(-1)).toBe('and 92 more');
});

describe('a topology that the brokers tell of themselves', () => {
  const told = (...brokers: readonly BrokerReading[]) => readPhases(topologyOf(brokers), brokers);

  test('lists every replica, and is as good as the gateway’s where all brokers tell as many', () => {
    const brokers = [broker(0, 'EXPORTING', 'EXPORTING'), broker(1, 'EXPORTING', 'EXPORTING')];

    expect(topologyOf(brokers)).toEqual({ ...topology(2), unread: [] });
    expect(told(...brokers)).toMatchObject({ phase: 'exporting', notExporting: [] });
  });

  test('is not whole while a broker tells nothing', () => {
    expect(told(broker(0, 'EXPORTING'), { nodeId: 1, unreachable: 'No answer' }, broker(2))).toMatchObject({
      phase: 'unknown',
      notExporting: [expect.stringMatching(/^broker 1: its partitions/), expect.stringMatching(/^broker 2: /)],
    });
  });

  test('is not whole while a partition has fewer replicas than another: one may still be starting', () => {
    expect(told(broker(0, 'EXPORTING', 'EXPORTING'), broker(1, 'EXPORTING'))).toMatchObject({
      phase: 'unknown',
      notExporting: ['partition 2: 1 of 2 replicas are shown'],
    });
  });

  test('does not take CLOSED for "no exporter": a replica that starts says so too', () => {
    expect(told(broker(0, 'CLOSED'))).toMatchObject({
      phase: 'unknown',
      notExporting: ['partition 1 on broker 0: CLOSED'],
    });
  });
});
