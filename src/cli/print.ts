/** Columns of equal width, two spaces apart; `indent` before each row. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) => `${indent}${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd() + '\n')
    .join('');
}

/** One JSON value, for a script or a person. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** "1 finding", "2 findings" */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
