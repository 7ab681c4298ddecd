/** Matches a comma-separated list of names, wildcards and exclusions against names, as the search engines do. */
export function matchNames(
  expression: string,
  names: readonly string[],
): { matched: readonly string[]; missing?: string } {
  const matched = new Set<string>();
  for (const item of itemsOf(expression)) {
    const { excluded, pattern } = patternOf(item);
    const found = names.filter((name) => wildcard(pattern).test(name));
    if (found.length === 0 && !pattern.includes('*')) return { matched: [...matched], missing: pattern };
    for (const name of found) {
      if (excluded) matched.delete(name);
      else matched.add(name);
    }
  }
  return { matched: [...matched] };
}

interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly closed: boolean;
}

interface Chosen<T> {
  readonly chosen: readonly T[];
  /** The first name that stands for nothing. */
  readonly missing?: string;
}

interface Choice {
  /** Names that stand for nothing are left out. */
  readonly ignoreUnavailable?: boolean;
  /** Wildcards stand for closed indices too. */
  readonly closed?: boolean;
}

/**
 * Chooses indices by their names and, as the search engines do, by their aliases: `operate-*` is also whatever index has
 * an alias of such a name.
 */
export function chooseIndices<T extends Named>(
  expression: string,
  all: ReadonlyMap<string, T>,
  { ignoreUnavailable = false, closed = false }: Choice = {},
): Chosen<T> {
  const chosen = new Set<T>();
  const items = itemsOf(expression);
  for (const item of items.length === 0 ? ['_all'] : items) {
    const { excluded, pattern } = patternOf(item);
    const isWildcard = pattern.includes('*');
    const matches = wildcard(pattern);
    const found = [...all.values()].filter(
      (index) =>
        [index.name, ...index.aliases].some((name) => matches.test(name)) && (closed || !isWildcard || !index.closed),
    );
    if (found.length === 0 && !isWildcard && !ignoreUnavailable) return { chosen: [...chosen], missing: pattern };
    for (const index of found) {
      if (excluded) chosen.delete(index);
      else chosen.add(index);
    }
  }
  return { chosen: [...all.values()].filter((index) => chosen.has(index)) };
}

const itemsOf = (expression: string): readonly string[] => expression.split(',').filter((each) => each !== '');

function patternOf(item: string): { readonly excluded: boolean; readonly pattern: string } {
  const excluded = item.startsWith('-');
  return { excluded, pattern: item === '_all' ? '*' : excluded ? item.slice(1) : item };
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`);
}
