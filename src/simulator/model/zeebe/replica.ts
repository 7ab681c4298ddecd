import type { ExporterPhase } from './exporter-phase.ts';

/** One broker's copy of a partition. What stands here survives a restart of the broker. */
export interface Replica {
  readonly nodeId: number;
  readonly partitionId: number;
  phase: ExporterPhase;
  /** Since a soft pause its exporters keep to themselves what is acknowledged. */
  keepsPositions: boolean;
  /** Its exporters were opened without a position. */
  openedBlank: boolean;
  /** A hard pause over a soft one leaves a phase file that the next start cannot read. */
  phaseFileCorrupt: boolean;
  /** Acknowledged position by exporter; absent before the first. */
  acknowledged: ReadonlyMap<string, number>;
  /** First position that is still in its log. */
  logFrom: number;
  snapshot: BrokerSnapshot | undefined;
}

export interface BrokerSnapshot {
  readonly id: string;
  readonly processedPosition: number;
  readonly exported: ReadonlyMap<string, number>;
}
