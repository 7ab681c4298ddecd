import { createHash } from 'node:crypto';

/** A part of all objects, so that as many turns as make a whole read each object once. */
export interface ReadShare {
  /** Above 0, at most 1. */
  readonly share: number;
  /** Divides the objects; the same in every turn. */
  readonly seed: string;
  /** Whole number: the day, say. */
  readonly turn: number;
}

/** How many turns read everything. */
export const turnsOf = ({ share }: Pick<ReadShare, 'share'>): number => Math.max(1, Math.round(1 / share));

/** Whether the object is read in this turn. */
export function isChosen(key: string, read: ReadShare): boolean {
  const turns = turnsOf(read);
  const slot = createHash('sha256').update(`${read.seed}\0${key}`).digest().readUInt32BE(0) % turns;
  return slot === ((read.turn % turns) + turns) % turns;
}
