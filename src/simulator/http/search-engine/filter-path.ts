/**
 * What `filter_path` leaves of an answer: the named paths, `*` for any one key, lists taken element by element. What nothing is left of is
 * left out, so that a list without elements is no key at all.
 */
export function filtered(body: unknown, paths: string): unknown {
  return keep(
    body,
    paths.split(',').map((path) => path.split('.')),
  );
}

function keep(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    return value.map((each: unknown) => keep(each, paths)).filter((each) => !isEmpty(each));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    const below = paths.filter(([name]) => name === key || name === '*').map((path) => path.slice(1));
    const kept = below.length === 0 ? undefined : keep(each, below);
    return isEmpty(kept) ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
