const longestCell = 160;

/** Text of a server in a cell of a table in Markdown. */
export const tableCell = (text: string): string =>
  text.slice(0, longestCell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
