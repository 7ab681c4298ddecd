/** Matches a comma-separated list of names, wildcards and exclusions against names, as the search engines do. */
export function matchNames(
  expression: string,
  names: readonly string[],
): { matched: readonly string[]; missing?: string } {
  const matched = new Set<string>();
  for (const item of expression.split(',').filter((each) => each !== '')) {
    const excluded = item.startsWith('-');
    const pattern = item === '_all' ? '*' : excluded ? item.slice(1) : item;
    const found = names.filter((name) => wildcard(pattern).test(name));
    if (found.length === 0 && !pattern.includes('*')) return { matched: [...matched], missing: pattern };
    for (const name of found) {
      if (excluded) matched.delete(name);
      else matched.add(name);
    }
  }
  return { matched: [...matched] };
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`);
}
