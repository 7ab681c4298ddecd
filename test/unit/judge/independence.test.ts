import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge } from '../../../src/judge/index.ts';
import { backupId, evidenceOf, goodScene, held, records, withIndex, withZeebe } from './scene.ts';

const folder = new URL('../../../src/judge/', import.meta.url);
const files = readdirSync(folder);

const importsOf = (source: string): readonly string[] =>
  [...source.matchAll(/\sfrom '([^']+)';|^import '([^']+)';|\b(?:import|require)\(([^)]*)\)/gm)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '',
  );
const isAllowed = (from: string): boolean => from === 'zod' || /^\.\/[a-z-]+\.ts$/.test(from);

test.each(files)('%s of the judge imports at most zod and its neighbours, and nothing that it judges', (file) => {
  const imported = importsOf(readFileSync(new URL(file, folder), 'utf8'));
  expect(imported.filter((from) => !isAllowed(from))).toEqual([]);
});

test('the check above sees every form of import', () => {
  const source = [
    "import { a } from '../../../src/model/a.ts';",
    "import type {\n  B,\n} from './b.ts';",
    "import '../c.ts';",
    "export { d } from 'd';",
    "const e = await import('../e.ts');",
  ].join('\n');
  expect(importsOf(source)).toEqual(['../../../src/model/a.ts', './b.ts', '../c.ts', 'd', "'../e.ts'"]);
  expect(importsOf(source).filter(isAllowed)).toEqual(['./b.ts']);
  expect(importsOf(readFileSync(new URL('faults.ts', folder), 'utf8')).length).toBeGreaterThan(5);
});

test('a set with 100,000 records is judged in well under a second', () => {
  const head = 50_000;
  const scene = [
    ['zeebe-record', held(1, 45_000)],
    ['operate', held(1, 40_000)],
    ['tasklist', held(1, 40_000)],
  ] as const;
  const base = withZeebe(
    { ...goodScene, logs: goodScene.logs.map((log) => ({ ...log, records: records(head, 48_000) })) },
    { checkpoint: 48_000, processed: 46_000, exported: { elasticsearch: 47_000 } },
  );
  const evidence = evidenceOf(
    scene.reduce((all, [name, ofRecords]) => withIndex(all, name, { records: ofRecords }), base),
  );

  const startedMs = performance.now();
  const verdict = judge(evidence, { backupId });
  const tookMs = performance.now() - startedMs;

  process.stdout.write(`100,000 records judged in ${tookMs.toFixed(0)} ms\n`);
  expect(verdict).toMatchObject({ consistent: false });
  expect(verdict.consistent ? [] : verdict.findings[0]).toMatchObject({ kind: 'lost', record: { position: 45_002 } });
  expect(tookMs).toBeLessThan(1_000);
});
