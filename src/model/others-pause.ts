import type { BrokerReading } from './exporting.ts';
import type { ExporterPhase } from './zeebe.ts';

const shown = 8;

/** One clause per replica that was read in one of these phases, bounded. */
export function replicasIn(readings: readonly BrokerReading[], phases: readonly ExporterPhase[]): readonly string[] {
  const clauses = readings.flatMap(({ nodeId, replicas = [] }) =>
    replicas
      .filter(({ exporterPhase }) => phases.includes(exporterPhase))
      .map(({ partitionId, exporterPhase }) => `partition ${partitionId} on broker ${nodeId} was ${exporterPhase}`),
  );
  return clauses.length > shown ? [...clauses.slice(0, shown), `and ${clauses.length - shown} more`] : clauses;
}

/** Either pause. */
export const paused: readonly ExporterPhase[] = ['SOFT_PAUSED', 'PAUSED'];

const lifted =
  'Our resume lifts it together with ours. Find out who it was: what they paused for may need the pause again, and may be spoilt.';

/** Of replicas that were paused when our own pause was about to be sent. */
export const pausedBeforeUs = (replicas: readonly string[]): string =>
  `Somebody else paused exporting after this backup had begun and before its own pause: ${replicas.join('; ')}. ${lifted}`;

/** Of replicas that were PAUSED when a soft pause of ours was about to be lifted. */
export const pausedOverUs = (replicas: readonly string[]): string =>
  `Somebody else paused exporting hard while our soft pause held: ${replicas.join('; ')}. ${lifted}`;
