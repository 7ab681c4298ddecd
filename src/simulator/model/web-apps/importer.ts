import type { ImportPositions } from '../search-engine/indices.ts';
import { above, withEffects, type Interval } from '../log/record-set.ts';
import type { SearchEngine } from '../search-engine/search-engine.ts';
import { effects } from './web-app-indices.ts';

/** What brings an application's own indices up to the record indices. */
export interface Importer {
  /** Imports what has become searchable. */
  advance(): void;
}

/**
 * Imports as Operate and Tasklist up to 8.7 do: reads what lies above its import position, in the order of positions and
 * each kind of record by itself, and never comes back to what was missing then. The positions stand in an index, so a
 * restore brings them back too.
 */
export function createImporter(engine: SearchEngine, positionIndex: string, targets: readonly string[]): Importer {
  const { indices } = engine;

  return {
    advance() {
      const before: ImportPositions = indices.all.get(positionIndex)?.content.importPositions ?? new Map();
      const reached = new Map<number, ReadonlyMap<string, number>>(before);
      for (const { content, searchable } of indices.all.values()) {
        if (content.holds !== 'records') continue;
        const [valueType = ''] = searchable.valueTypes;
        for (const [partitionId, intervals] of searchable.records) {
          const found = above(intervals, before.get(partitionId)?.get(valueType) ?? 0);
          const last = found.at(-1)?.to;
          if (last === undefined) continue;
          importInto(targetsOf(searchable.valueTypes), partitionId, found);
          const positions = reached.get(partitionId) ?? new Map<string, number>();
          const position = Math.max(positions.get(valueType) ?? 0, last);
          reached.set(partitionId, new Map(positions).set(valueType, position));
        }
      }
      const changed = [...reached].some(([partitionId, positions]) => before.get(partitionId) !== positions);
      if (changed) indices.update(positionIndex, (content) => ({ ...content, importPositions: reached }));
    },
  };

  function sharedWith(partitionId: number, line: number, other: number): number {
    return engine.findLog(partitionId, line)?.sharedWith(other) ?? 0;
  }

  function targetsOf(valueTypes: readonly string[]): readonly string[] {
    return targets.filter((index) => effects.get(index)?.some((valueType) => valueTypes.includes(valueType)));
  }

  function importInto(chosen: readonly string[], partitionId: number, found: readonly Interval[]): void {
    for (const target of chosen) {
      indices.update(target, (content) => ({
        ...content,
        records: found.reduce(
          (records, each) =>
            withEffects(records, partitionId, each, (line) => sharedWith(partitionId, each.line, line)),
          content.records,
        ),
      }));
    }
  }
}
