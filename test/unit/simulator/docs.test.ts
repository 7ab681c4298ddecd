import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { views } from '../../../src/simulator/control/views.ts';
import { acts } from '../../../src/simulator/index.ts';
import { LiveOptionsSchema, SimulatorOptionsSchema } from '../../../src/simulator/option-schemas.ts';

const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');

/** Rows of the table whose head begins so, as the names in their first column and the rest of the row. */
function rows(head: string): readonly { readonly names: readonly string[]; readonly rest: string }[] {
  const table = page.slice(page.indexOf(`| ${head} `)).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((row) => {
      const [, first = '', ...rest] = row.split(' | ').join('|').split('|');
      return { names: [...first.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name), rest: rest.join('|') };
    });
}

test('the page lists every act and no other', () => {
  expect(
    rows('Act')
      .flatMap(({ names }) => names)
      .toSorted(),
  ).toEqual([...acts.keys()].toSorted());
});

test('the page lists every option, and says which are live', () => {
  const documented = rows('Option').flatMap(({ names, rest }) =>
    names.map((name) => [name, /\|\s*yes\s*\|?$/.test(rest)] as const),
  );
  const live = Object.keys(LiveOptionsSchema.shape);
  const declared = Object.keys(SimulatorOptionsSchema.shape).map((name) => [name, live.includes(name)] as const);

  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
});

test('the page names every view', () => {
  const [text = ''] = /^Views: [\s\S]*?\n\n/m.exec(page) ?? [];
  expect([...text.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual([...views.keys()]);
});
