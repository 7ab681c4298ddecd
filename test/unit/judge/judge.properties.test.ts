import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CapturedIndex } from '../../../src/judge/schema.ts';
import {
  exportedScene,
  goodScene,
  held,
  importedTo,
  judged,
  records,
  said,
  withIndex,
  withZeebe,
  type Scene,
} from './scene.ts';

/** Positions in the order in which a good backup comes by them, up to the end of the log. */
const positions = fc
  .tuple(...Array.from({ length: 7 }, () => fc.integer({ min: 0, max: 25 })))
  .map((steps) => steps.map((_, at) => 8 + steps.slice(0, at + 1).reduce((sum, step) => sum + step, 0)));

const goodScenes = fc
  .record({
    exported: fc.boolean(),
    positions,
    // How far the exporter's acknowledged position, and the log behind it, lie below what the snapshot holds.
    behind: fc.nat({ max: 12 }),
    compacted: fc.nat({ max: 12 }),
    again: fc.nat({ max: 20 }),
    /** Of which partitions an own history was left before anything was captured, and where. */
    left: fc.subarray([1, 2]),
  })
  .map(({ exported, positions: at, behind, compacted, again, left }): Scene => {
    const [imported = 0, listView = 0, jobs = 0, recordsTo = 0, processed = 0, before = 0, head = 0] = at;
    const checkpoint = Math.max(before, processed + 1);
    const e = Math.max((exported ? listView : recordsTo) - behind, 0);
    const base = exported ? exportedScene : goodScene;
    const line = (partition: number): number => (left.includes(partition) ? 2 : 1);
    // What came with the restore stays of the first line; the second begins at position 4.
    const up = (to: number): CapturedIndex['records'] =>
      [1, 2].flatMap((partition) =>
        line(partition) === 1
          ? [...held(1, to, 1, [partition]), ...held(Math.max(to - again, 1), to, 1, [partition])]
          : [...held(1, 4, 1, [partition]), ...held(5, to, 2, [partition])],
      );
    const logs = [1, 2].flatMap((partition) => {
      const own = records(Math.max(head, checkpoint), checkpoint);
      const first = { partition, line: 1, forkedFrom: null, records: own };
      const fork = { line: 1, position: 4 };
      return line(partition) === 1 ? [first] : [first, { partition, line: 2, forkedFrom: fork, records: own }];
    });
    const changes: readonly (readonly [string, Partial<CapturedIndex>])[] = [
      ['zeebe-record', { records: up(recordsTo) }],
      ['operate-list-view', { records: up(listView) }],
      ['operate-job', { records: up(jobs) }],
      ['tasklist-task', { records: up(jobs) }],
      ['operate-import', { importPositions: importedTo(imported) }],
      ['tasklist-import', { importPositions: importedTo(imported) }],
    ];
    const captured = changes.reduce<Scene>((scene, [name, change]) => withIndex(scene, name, change), {
      ...base,
      logs,
    });
    const zeebe = {
      checkpoint,
      processed: Math.max(processed, e),
      logFrom: Math.max(e - compacted, 0) + 1,
      exported: { elasticsearch: e, camundaexporter: e },
    };
    return [1, 2].reduce<Scene>(
      (scene, partition) => withZeebe(scene, { ...zeebe, line: line(partition) }, [partition]),
      captured,
    );
  });

test('random good sets are consistent', () => {
  fc.assert(
    fc.property(goodScenes, (scene) => {
      expect(said(judged(scene))).toBe('consistent');
    }),
    { numRuns: 300 },
  );
});

test('any record taken out of any index is found, unless an exporter or an import brings it back', () => {
  const seen = { found: 0, harmless: 0 };
  fc.assert(
    fc.property(goodScenes, fc.nat(), fc.constantFrom(1, 2), (scene, choice, partition) => {
      const taken = takeOut(scene, partition, choice);
      const verdict = judged(taken.scene);
      const found = verdict.consistent ? [] : verdict.findings.filter(({ where }) => where === taken.where);
      expect(found.map(({ kind, more, record }) => [kind, more, record?.partition, record?.position])).toEqual(
        taken.broughtBack ? [] : [['lost', 0, partition, taken.position]],
      );
      expect(verdict.consistent).toBe(taken.broughtBack);
      seen[taken.broughtBack ? 'harmless' : 'found'] += 1;
    }),
    { numRuns: 500 },
  );
  expect(Math.min(seen.found, seen.harmless)).toBeGreaterThan(20);
});

test('any record from after the checkpoint, put into any index, is found', () => {
  fc.assert(
    fc.property(goodScenes, fc.nat(), fc.constantFrom(1, 2), (scene, choice, partition) => {
      const { checkpoint = 0, line = 1 } = scene.zeebe[partition - 1] ?? {};
      const own = scene.logs.find((log) => log.partition === partition && log.line === line);
      const candidates = indicesOf(scene).flatMap((index) =>
        (own?.records ?? [])
          .filter(
            ({ exported, valueType, position }) =>
              exported && position > checkpoint && index.valueTypes.includes(valueType),
          )
          .map(({ position }) => ({ index, position })),
      );
      const chosen = candidates[choice % candidates.length];
      fc.pre(chosen !== undefined);
      const { index, position } = chosen ?? { index: { index: '', records: [] }, position: 0 };
      const more = { records: [...index.records, ...held(position, position, line, [partition])] };
      const verdict = judged(withIndex(scene, index.index, more));
      const where = index.index.startsWith('zeebe-record') ? 'record indices' : index.index;
      expect(verdict.consistent ? undefined : verdict.findings[0]).toMatchObject({
        kind: 'from-the-future',
        where,
        record: { partition, position },
      });
    }),
    { numRuns: 300 },
  );
});

const indicesOf = (scene: Scene): readonly CapturedIndex[] =>
  [...scene.records, ...Object.values(scene.parts).flat(2)].filter(({ valueTypes }) => valueTypes.length > 0);

interface TakenOut {
  readonly scene: Scene;
  readonly where: string;
  readonly position: number;
  readonly broughtBack: boolean;
}

function takeOut(scene: Scene, partition: number, choice: number): TakenOut {
  const zeebe = scene.zeebe[partition - 1];
  const log = scene.logs.find((each) => each.partition === partition && each.line === zeebe?.line);
  const candidates = indicesOf(scene).flatMap((index) => {
    const to = Math.max(...index.records.filter((each) => each.partition === partition).map((each) => each.to));
    return (log?.records ?? [])
      .filter(({ exported, valueType, position }) => exported && position <= to && index.valueTypes.includes(valueType))
      .map(({ position }) => ({ index, position }));
  });
  const chosen = candidates[choice % candidates.length];
  if (!zeebe || !chosen) throw new Error('a scene without records');
  const { index, position } = chosen;
  const isRecord = index.index.startsWith('zeebe-record');
  const e = Object.values(zeebe.exported)[0] ?? 0;
  const imported = (scene.parts['operate']?.[0]?.[0]?.importPositions ?? []).find(
    (each) => each.partition === partition,
  );
  const goesOnAbove = isRecord || scene.applications === 'are-exported-to' ? e : (imported?.position ?? 0);
  const without = index.records.flatMap((each) =>
    each.partition === partition
      ? [
          { ...each, to: Math.min(each.to, position - 1) },
          { ...each, from: Math.max(each.from, position + 1) },
        ]
      : [each],
  );
  return {
    scene: withIndex(scene, index.index, { records: without.filter(({ from, to }) => from <= to) }),
    where: isRecord ? 'record indices' : index.index,
    position,
    broughtBack: position > goesOnAbove,
  };
}
