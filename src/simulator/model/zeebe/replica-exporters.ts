import type { ExporterPhase } from './exporter-phase.ts';
import type { Replica } from './replica.ts';

/** Opens a replica's exporters at these positions, as the start of its broker and every change of its role do. */
export function openExporters(replica: Replica, acknowledged: ReadonlyMap<string, number>): void {
  replica.acknowledged = new Map(acknowledged);
  replica.openedBlank = acknowledged.size === 0;
  replica.keepsPositions = replica.phase === 'SOFT_PAUSED';
}

export function changePhase(
  replica: Replica,
  to: ExporterPhase,
  { leads, exporters }: { readonly leads: boolean; readonly exporters: readonly { readonly id: string }[] },
): void {
  const resumes = replica.phase === 'SOFT_PAUSED' && to === 'EXPORTING';
  replica.phase = to;
  if (to === 'SOFT_PAUSED') replica.keepsPositions = true;
  // By the code of 8.6 only the resume of a soft pause lets positions go: after a hard pause over a soft one nothing is
  // acknowledged before the exporters are opened again, although the phase is EXPORTING.
  if (!resumes) return;
  replica.keepsPositions = false;
  // A follower's exporters have acknowledged nothing themselves. Opened without a position they write this 0 over what
  // the leader told, once, and it stands until the leader tells again.
  if (leads || !replica.openedBlank) return;
  replica.acknowledged = new Map(exporters.map(({ id }) => [id, 0]));
  replica.openedBlank = false;
}

/** A follower takes over what the leader tells it, where that is more than it has. */
export function takeOver(follower: Replica, told: ReadonlyMap<string, number>): void {
  const higher = [...told].filter(([id, position]) => position > (follower.acknowledged.get(id) ?? -1));
  if (higher.length > 0) follower.acknowledged = new Map([...follower.acknowledged, ...higher]);
}
