import type { SimulatorOptions } from '../../../src/simulator/index.ts';

/** What a cluster is like: every order of a backup and every number of brokers has its turn. */
const kinds: readonly SimulatorOptions[] = [
  { version: '8.6.0', brokers: 3, partitions: 3 },
  { version: '8.8.0', brokers: 3, partitions: 2, optimize: true },
  { version: '8.6.0', brokers: 1, partitions: 2 },
  {
    version: '8.5.8',
    brokers: 3,
    partitions: 1,
    optimize: true,
    searchEngine: { product: 'opensearch', version: '2.19.0' },
  },
];

export const kindsOfClusters = kinds.length;

export function clusterOptions(kind: number, seed: number): SimulatorOptions {
  return {
    ...kinds[kind],
    seed,
    recordsPerSecond: 40,
    snapshotPeriodMs: 400,
    partDurationMs: 60,
    recordSnapshotDurationMs: 400,
    zeebeBackupDurationMs: 600,
  };
}
