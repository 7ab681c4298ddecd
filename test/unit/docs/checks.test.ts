import { expect, test } from 'vitest';
import { checkNames } from '../../../src/model/check-declarations.ts';
import { checkFindings } from '../../../src/model/check-findings.ts';
import { refusals } from '../../../src/model/check-before-backup.ts';
import { readPage } from './markdown.ts';

const page = readPage('docs/checks.md').text;

/** Cells of the rows of all tables whose first cell is a code. */
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (.+) \|$/gm)].map(([, code, rest = '']) => [
  code,
  ...rest.split(' | ').map((cell) => cell.trim()),
]);

test('the page lists every code with its severity, meaning and cure, and no other', () => {
  const declared = Object.entries(checkFindings).map(([code, { severity, meaning, cure }]) => [
    code,
    severity,
    meaning,
    cure,
  ]);

  expect(rows).toEqual(declared);
});

test('the page has a section for every check, in the order of the report', () => {
  expect([...page.matchAll(/^### `(\w+)`: (.+)$/gm)].map(([, name, expects]) => [name, expects])).toEqual(
    Object.entries(checkNames),
  );
});

test('the page names every code on which a backup refuses, and no other', () => {
  const [, section = ''] = /^## What a backup checks by itself\n\n([^]*?)\n\n/m.exec(page) ?? [];
  const named = [...section.matchAll(/`([A-Z_]{5,})`/g)].map(([, code]) => code);

  expect(new Set(named)).toEqual(new Set(Object.keys(refusals)));
});
