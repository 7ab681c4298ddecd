import { z } from 'zod';
import { getJson, sendJson } from './http.ts';
import { until } from './until.ts';

/** Where a broker answers. */
interface Managed {
  readonly nodeId: number;
  readonly managementUrl: string;
}

const Position = z.union([z.number(), z.bigint()]).transform(BigInt);
const Partitions = z.record(
  z.string(),
  z.object({
    role: z.string(),
    exporterPhase: z.string().nullish(),
    snapshotId: z.string().nullish(),
    exportedPosition: Position.nullish(),
  }),
);

/** What one broker says of its replicas, by partition. */
export type PartitionReadings = z.infer<typeof Partitions>;

export async function readPartitions({ managementUrl }: Managed, signal?: AbortSignal): Promise<PartitionReadings> {
  return Partitions.parse(await getJson(`${managementUrl}/actuator/partitions`, signal));
}

/** The exporting phases of all replicas on all brokers, as "broker 0 partition 1 EXPORTING". */
export async function readPhases(brokers: readonly Managed[], signal?: AbortSignal): Promise<readonly string[]> {
  const readings = await Promise.all(
    brokers.map(async (broker) => {
      const partitions = Object.entries(await readPartitions(broker, signal));
      if (partitions.length === 0) return [`broker ${broker.nodeId} hosts no partition`];
      return partitions.map(([id, { exporterPhase }]) => `broker ${broker.nodeId} partition ${id} ${exporterPhase}`);
    }),
  );
  return readings.flat();
}

/** E of a snapshot: what it holds as exported. IDs are index-term-processed-exported-broker. */
export const exportedInSnapshot = (snapshotId: string): bigint => BigInt(snapshotId.split('-')[3] ?? '0');

/** Makes every broker take snapshots until each of its replicas has one in which `wanted` holds of the exported position. */
export async function forceSnapshots(
  brokers: readonly Managed[],
  wanted: (exported: bigint, partitionId: string) => boolean = (exported) => exported > 0n,
): Promise<void> {
  await Promise.all(
    brokers.map((broker) =>
      until(`broker ${broker.nodeId} to have the snapshots wanted`, 120_000, async (signal) => {
        await sendJson('POST', `${broker.managementUrl}/actuator/partitions/takeSnapshot`);
        const partitions = Object.entries(await readPartitions(broker, signal));
        return partitions.every(([id, { snapshotId }]) => snapshotId && wanted(exportedInSnapshot(snapshotId), id));
      }),
    ),
  );
}
