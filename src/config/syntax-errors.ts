import type { YAMLError } from 'yaml';

/** What is wrong with the text itself, and where it begins. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/** Says it in the words of whoever wrote the file. Of what follows from the same slip only the first; no value of the file is quoted. */
export function syntaxProblems(text: string, errors: readonly YAMLError[]): readonly SyntaxProblem[] {
  // What follows an open quote is read as part of it.
  const open = errors.find(({ message }) => openQuote.test(message));
  const problems = (open === undefined ? errors : [open]).map((error) => problemOf(text, error));
  return problems.filter(({ message }, i) => problems.findIndex((other) => other.message === message) === i);
}

const openQuote = /^Missing closing (['"])/;

function problemOf(text: string, { code, message, pos: [offset] }: YAMLError): SyntaxProblem {
  const said = (words: string, at = offset): SyntaxProblem => ({ offset: at, message: `is not YAML: ${words}` });
  const line = lineAt(text, offset);
  if (code === 'TAB_AS_INDENT') return said('a tab stands in front of this line; indent with spaces');
  if (code === 'MULTIPLE_DOCS') return said('a second document begins with ---; a cluster file is one document');
  if (code === 'BAD_INDENT') {
    return said('this line is not indented as those it belongs to; keys of one section begin in the same column');
  }
  const [, quote] = openQuote.exec(message) ?? [];
  if (quote !== undefined) return said(`the quote ${quote} is opened here and never closed`, openedAt(text, quote));
  const noSpace = /^\s*(?:- +)?[\w.-]+:[^\s:]/.test(line) || /^\s*-[^\s-]/.test(line);
  if (noSpace) return said('a space is missing after the ":" or the "-"');
  return said(message.replace(/:? ".*$/s, ''));
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start).split('\n', 1)[0] ?? '';
}

/** The parser tells where the text ended; it began in the last line with an odd number of these quotes. */
function openedAt(text: string, quote: string): number {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.split(quote).length % 2 === 0);
  return lines.slice(0, Math.max(last, 0)).join('\n').length + (last > 0 ? 1 : 0);
}
