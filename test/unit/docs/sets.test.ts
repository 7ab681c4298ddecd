import { expect, test } from 'vitest';
import { setReasons } from '../../../src/model/sets/reasons.ts';
import { setVerdicts } from '../../../src/model/sets/verdict.ts';
import { readPage } from './markdown.ts';

const page = readPage('docs/sets.md').text;

test('the page lists every code with its verdict, meaning and cure, and no other', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| ([A-Z]+) +\| (.+?) +\| (.+?) +\|$/gm)].map((row) =>
    row.slice(1, 5),
  );
  const declared = Object.entries(setReasons).map(([code, { verdict, meaning, cure }]) => [
    code,
    verdict,
    meaning,
    cure,
  ]);

  expect(rows).toEqual(declared);
});

test('the page says what each verdict means', () => {
  const rows = [...page.matchAll(/^\| `([A-Z]+)` +\| [A-Z][a-z ]/gm)].map(([, verdict]) => verdict);

  expect(rows).toEqual(setVerdicts.toReversed());
});
