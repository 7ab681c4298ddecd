/** One index as the search engine lists it. */
export interface IndexReading {
  readonly name: string;
  readonly uuid: string;
  readonly state: 'open' | 'closed';
  readonly createdAtMs: number;
  readonly aliases: readonly string[];
  /** Absent of what the engine does not count, a closed index for instance. */
  readonly documents?: number;
  /** Of the primary shards. */
  readonly bytes?: number;
  /** Highest sequence number of each primary shard; absent of what the engine does not count. */
  readonly sequence?: readonly number[];
}

/** A template or a policy under its name, unchanged. */
export interface Definition {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Everything that an engine has of these, whoever made it. */
export interface DefinitionReading {
  readonly indexTemplates: readonly Definition[];
  readonly componentTemplates: readonly Definition[];
  readonly legacyTemplates: readonly Definition[];
  /** Absent where the engine has no such feature. */
  readonly policies?: { readonly kind: 'ilm' | 'ism'; readonly entries: readonly Definition[] };
}

/**
 * Those that concern the indices whose names have these beginnings: templates by what they match, components by what they are part of, and
 * everything that is named like the indices.
 */
export function ownDefinitions(read: DefinitionReading, beginnings: readonly string[]): DefinitionReading {
  const named = (name: string): boolean => beginnings.some((beginning) => namedLike(name, beginning));
  const matching = ({ name, definition }: Definition): boolean =>
    named(name) || patternsOf(definition).some((pattern) => beginnings.some((start) => pattern.startsWith(start)));
  const indexTemplates = read.indexTemplates.filter(matching);
  const used = new Set(indexTemplates.flatMap(({ definition }) => texts(definition['composed_of'])));
  const componentTemplates = read.componentTemplates.filter(({ name }) => used.has(name) || named(name));
  const legacyTemplates = read.legacyTemplates.filter(matching);
  if (read.policies === undefined) return { indexTemplates, componentTemplates, legacyTemplates };
  const templates = JSON.stringify([indexTemplates, componentTemplates, legacyTemplates]);
  const entries = read.policies.entries.filter(
    (policy) => matching(policy) || templates.includes(JSON.stringify(policy.name)),
  );
  return { indexTemplates, componentTemplates, legacyTemplates, policies: { kind: read.policies.kind, entries } };
}

/** `operate_delete_archived_indices` is named like the indices that begin with `operate-`. */
const namedLike = (name: string, beginning: string): boolean =>
  name.startsWith(beginning) ||
  (/^[-_.]/.test(name.slice(wordOf(beginning).length)) && name.startsWith(wordOf(beginning)));

const wordOf = (beginning: string): string => beginning.replace(/[-_]$/, '');

/** Of an index template, a legacy one, or an ISM policy, which says itself to which indices it belongs. */
function patternsOf(definition: Readonly<Record<string, unknown>>): readonly string[] {
  const attached = definition['ism_template'];
  const inner = Array.isArray(attached) ? attached : [attached];
  return [
    ...texts(definition['index_patterns']),
    ...inner.flatMap((each) =>
      typeof each === 'object' && each !== null && 'index_patterns' in each ? texts(each.index_patterns) : [],
    ),
  ];
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
