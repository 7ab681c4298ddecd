// A paragraph of one character that is not seen, but that has the height of a line.
const lastLine = '\n\n\u200B';

/**
 * A whole page for the Web UI, which gives its frame the height of the body without the margins around it: about one line too little, and
 * the frame does not scroll (`scrollHeight` of the body plus 2 pixels, UI 2.42.1).
 */
export const framed = (lines: readonly string[]): string => `${lines.join('\n').trimEnd()}${lastLine}`;

/** The same to be shown inside another page. */
export const unframed = (page: string): string => (page.endsWith(lastLine) ? page.slice(0, -lastLine.length) : page);
