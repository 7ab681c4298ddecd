import type { Context } from 'hono';
import { illegalArgument } from './errors.ts';

/** Understood by every endpoint. */
const common = ['pretty', 'human', 'error_trace', 'filter_path', 'format', 'source', 'source_content_type'];

/**
 * Refuses parameters of the query that the endpoint does not have. `inPath` are its parameters in the path: the engines
 * propose those too.
 */
export function refuseParameters(
  c: Context,
  known: readonly string[],
  inPath: readonly string[] = [],
): Response | undefined {
  const unknown = Object.keys(c.req.query())
    .filter((name) => !known.includes(name) && !common.includes(name))
    .toSorted();
  if (unknown.length === 0) return undefined;
  const proposed = unknown.map((name) => {
    const near = [...known, ...inPath].filter((candidate) => likeness(name, candidate) > 0.5);
    return `[${name}]${near.length === 0 ? '' : ` -> did you mean [${near[0] ?? ''}]?`}`;
  });
  const many = unknown.length > 1 ? 'parameters' : 'parameter';
  return illegalArgument(`request [${decodeURI(c.req.path)}] contains unrecognized ${many}: ${proposed.join(', ')}`);
}

/** 1 for the same word, 0 for nothing in common: the edit distance by the length of the longer one. */
function likeness(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of one.split('').entries()) {
    const next = [at + 1];
    for (const [index, each] of other.split('').entries()) {
      const changed = (row[index] ?? 0) + (letter === each ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return 1 - (row[other.length] ?? 0) / Math.max(one.length, other.length, 1);
}

export const isTrue = (value: string | undefined, otherwise = false): boolean =>
  value === undefined ? otherwise : value !== 'false';
