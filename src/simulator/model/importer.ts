import { above, withRecords, type Interval } from './record-set.ts';
import type { SearchEngine } from './search-engine.ts';
import { effects } from './web-app-indices.ts';

/** What brings an application's own indices up to the record indices. */
export interface Importer {
  /** Imports what has become searchable. */
  advance(): void;
}

/**
 * Imports as Operate and Tasklist up to 8.7 do: reads what lies above its import position, in the order of positions,
 * and never comes back to what was missing then. The position stands in an index, so a restore brings it back too.
 */
export function createImporter(engine: SearchEngine, positionIndex: string, targets: readonly string[]): Importer {
  const { indices } = engine;

  return {
    advance() {
      const before = indices.all.get(positionIndex)?.content.importPositions ?? new Map<number, number>();
      const reached = new Map(before);
      for (const { content, searchable } of indices.all.values()) {
        if (content.holds !== 'records') continue;
        for (const [partitionId, intervals] of searchable.records) {
          const found = above(intervals, before.get(partitionId) ?? 0);
          const last = found.at(-1)?.to;
          if (last === undefined) continue;
          importInto(targetsOf(searchable.valueTypes), partitionId, found);
          reached.set(partitionId, Math.max(reached.get(partitionId) ?? 0, last));
        }
      }
      if ([...reached].some(([partitionId, position]) => before.get(partitionId) !== position)) {
        indices.update(positionIndex, (content) => ({ ...content, importPositions: reached }));
      }
    },
  };

  function targetsOf(valueTypes: readonly string[]): readonly string[] {
    return targets.filter((index) => effects.get(index)?.some((valueType) => valueTypes.includes(valueType)));
  }

  function importInto(chosen: readonly string[], partitionId: number, found: readonly Interval[]): void {
    for (const target of chosen) {
      indices.update(target, (content) => ({
        ...content,
        records: found.reduce((records, each) => withRecords(records, partitionId, each), content.records),
      }));
    }
  }
}
