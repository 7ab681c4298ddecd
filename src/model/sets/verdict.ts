/**
 * What a backup set is worth. BROKEN: something contradicts. INCOMPLETE: a part is missing or not finished. UNKNOWN: what would tell could
 * not be read. COMPLETE: every part is there and whole, and not everything can be proven. PROVEN: every rule was applied and holds.
 */
export type SetVerdict = 'BROKEN' | 'INCOMPLETE' | 'UNKNOWN' | 'COMPLETE' | 'PROVEN';

/** The worst first: a set is what the worst of its reasons makes it. */
export const setVerdicts = ['BROKEN', 'INCOMPLETE', 'UNKNOWN', 'COMPLETE', 'PROVEN'] as const satisfies SetVerdict[];
