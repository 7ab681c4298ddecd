import type { Context } from 'hono';
import { json } from '../answers.ts';

export type Row = Readonly<Record<string, string | null>>;

/** A table of `_cat`: JSON with `format=json`, aligned text otherwise; `h` chooses columns, `v` adds a header. */
export function catTable(c: Context, rows: readonly Row[], shown: readonly string[]): Response {
  const columns = c.req.query('h')?.split(',') ?? shown;
  if (c.req.query('format') === 'json') {
    return json(
      200,
      rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
    );
  }
  const header = c.req.query('v') === undefined || c.req.query('v') === 'false' ? [] : [columns];
  const cells = [...header, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, at) => Math.max(0, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (isNumeric(columns[at]) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join(' ');
  return new Response(cells.map((row) => `${line(row)}\n`).join(''), {
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
  });
}

const isNumeric = (column = ''): boolean => /^(pri|rep|docs\..*|.*size|.*shards|indices|duration)$/.test(column);
