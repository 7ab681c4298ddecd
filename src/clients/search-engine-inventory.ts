import { z } from 'zod';
import type { Definition, DefinitionReading, IndexReading } from '../model/inventory.ts';
import { RejectedError } from './errors.ts';
import type { Http } from './http.ts';

/** A snapshot repository as it is registered, without anything that could be a secret. */
export interface RepositoryDefinition {
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** What the catalogue records of a search engine. Changes nothing but that it refreshes indices. */
export interface SearchEngineInventory {
  /** Every open and closed index that matches one of the patterns, hidden ones included, sorted by name. */
  readIndices(patterns: readonly string[], signal?: AbortSignal): Promise<readonly IndexReading[]>;
  /** Makes what was written countable. */
  refresh(patterns: readonly string[], signal?: AbortSignal): Promise<void>;
  /** All of the engine, whoever made it. */
  readDefinitions(product: 'elasticsearch' | 'opensearch', signal?: AbortSignal): Promise<DefinitionReading>;
  /** undefined when no repository of that name is registered. */
  readRepository(name: string, signal?: AbortSignal): Promise<RepositoryDefinition | undefined>;
}

export function createSearchEngineInventory(http: Http): SearchEngineInventory {
  const get = <T>(path: string, shape: z.ZodType<T>, signal?: AbortSignal): Promise<T> =>
    http.read({ method: 'GET', path, signal }, shape);

  return {
    async readIndices(patterns, signal) {
      const indices = patterns.map(encodeURIComponent).join(',');
      const [rows, aliases, statistics] = await Promise.all([
        get(`/_cat/indices/${indices}?${rowOptions}`, indexRows, signal),
        get(`/${indices}/_alias?expand_wildcards=all`, indexAliases, signal),
        get(`/${indices}/_stats/docs,store?${statisticOptions}`, indexStatistics, signal),
      ]);
      // The server also matches aliases, and then lists the indices behind them, whatever their names.
      const wanted = rows.filter(({ name }) => patterns.some((pattern) => name.startsWith(pattern.replace(/\*$/, ''))));
      return wanted
        .map((row) => ({ ...row, aliases: aliases[row.name] ?? [], ...statistics[row.name] }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },

    async refresh(patterns, signal) {
      const options = 'ignore_unavailable=true&allow_no_indices=true&expand_wildcards=open,hidden';
      const path = `/${patterns.map(encodeURIComponent).join(',')}/_refresh?${options}`;
      await http.read({ method: 'POST', path, signal }, z.object({ _shards: z.object({ failed: z.literal(0) }) }));
    },

    async readDefinitions(product, signal) {
      const policies = product === 'elasticsearch' ? ilmPolicies(signal) : ismPolicies(signal);
      const [indexTemplates, componentTemplates, legacyTemplates, entries] = await Promise.all([
        get('/_index_template', indexTemplateList, signal),
        get('/_component_template', componentTemplateList, signal),
        get('/_template', legacyTemplateList, signal),
        // Distributions without the feature: seen as 400 or 405 where no handler is found.
        unlessAbsent(policies),
      ]);
      const templates = {
        indexTemplates: plain(indexTemplates),
        componentTemplates: plain(componentTemplates),
        legacyTemplates: plain(legacyTemplates),
      };
      if (entries === undefined) return templates;
      return { ...templates, policies: { kind: product === 'elasticsearch' ? 'ilm' : 'ism', entries: plain(entries) } };
    },

    async readRepository(name, signal) {
      try {
        const found = await get(`/_snapshot/${encodeURIComponent(name)}`, repositories, signal);
        return found[name];
      } catch (error) {
        if (error instanceof RejectedError && error.type === 'repository_missing_exception') return undefined;
        throw error;
      }
    },
  };

  function ilmPolicies(signal?: AbortSignal): Promise<readonly Definition[]> {
    return get('/_ilm/policy', lifecyclePolicies, signal);
  }

  /** All of them, in pages: the list answers with 20 where no size is given. */
  async function ismPolicies(signal?: AbortSignal): Promise<readonly Definition[]> {
    const all: Definition[] = [];
    for (;;) {
      const page = await get(`/_plugins/_ism/policies?size=${pageSize}&from=${all.length}`, managedPolicies, signal);
      all.push(...page);
      if (page.length < pageSize) return all;
    }
  }
}

const pageSize = 500;

const rowOptions = 'h=index,uuid,status,creation.date&format=json&expand_wildcards=all';

// Unfiltered, the answer has ten times the size. A closed index that is asked without this is a 400.
const statisticOptions =
  'level=shards&expand_wildcards=all&forbid_closed_indices=false' +
  '&filter_path=indices.*.primaries.docs.count,indices.*.primaries.store.size_in_bytes,' +
  'indices.*.shards.*.routing.primary,indices.*.shards.*.seq_no.max_seq_no';

/** Every cell is text. */
const indexRows = z.array(
  z
    .object({
      index: z.string(),
      uuid: z.string(),
      status: z.enum(['open', 'close']),
      'creation.date': z.string().regex(/^\d+$/, 'expected milliseconds'),
    })
    .transform((row) => ({
      name: row.index,
      uuid: row.uuid,
      state: row.status === 'open' ? ('open' as const) : ('closed' as const),
      createdAtMs: Number(row['creation.date']),
    })),
);

const indexAliases = z
  .record(z.string(), z.object({ aliases: z.record(z.string(), z.unknown()) }))
  .transform((indices) =>
    Object.fromEntries(Object.entries(indices).map(([name, { aliases }]) => [name, Object.keys(aliases).toSorted()])),
  );

const shard = z.object({
  routing: z.object({ primary: z.boolean() }),
  seq_no: z.object({ max_seq_no: z.int() }).optional(),
});

const statistics = z
  .object({
    primaries: z
      .object({
        docs: z.object({ count: z.int() }).optional(),
        store: z.object({ size_in_bytes: z.int() }).optional(),
      })
      .optional(),
    shards: z.record(z.string(), z.array(shard)).optional(),
  })
  .transform(({ primaries, shards = {} }) => ({
    ...(primaries?.docs === undefined ? {} : { documents: primaries.docs.count }),
    ...(primaries?.store === undefined ? {} : { bytes: primaries.store.size_in_bytes }),
    ...sequenceOf(shards),
  }));

/** A filter leaves nothing at all of an empty answer, and lets nothing else pass. */
const indexStatistics = z
  .strictObject({ indices: z.record(z.string(), statistics).optional() })
  .transform(({ indices = {} }) => indices);

/** Only where every primary shard tells it. */
function sequenceOf(shards: Readonly<Record<string, readonly z.infer<typeof shard>[]>>): {
  readonly sequence?: readonly number[];
} {
  const primaries = Object.entries(shards)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, copies]) => copies.find(({ routing }) => routing.primary)?.seq_no?.max_seq_no);
  const sequence = primaries.filter((each) => each !== undefined);
  return sequence.length > 0 && sequence.length === primaries.length ? { sequence } : {};
}

const json = z.record(z.string(), z.unknown());

const indexTemplateList = z
  .object({ index_templates: z.array(z.object({ name: z.string(), index_template: json })) })
  .transform(({ index_templates: list }) =>
    list.map(({ name, index_template: definition }) => ({ name, definition })).toSorted(byName),
  );

const componentTemplateList = z
  .object({ component_templates: z.array(z.object({ name: z.string(), component_template: json })) })
  .transform(({ component_templates: list }) =>
    list.map(({ name, component_template: definition }) => ({ name, definition })).toSorted(byName),
  );

const legacyTemplateList = z.record(z.string(), json).transform((list) =>
  Object.entries(list)
    .map(([name, definition]) => ({ name, definition }))
    .toSorted(byName),
);

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.16/ilm-get-lifecycle.html; no server of ours has the feature. */
const lifecyclePolicies = z.record(z.string(), z.object({ policy: json })).transform((list) =>
  Object.entries(list)
    .map(([name, { policy: definition }]) => ({ name, definition }))
    .toSorted(byName),
);

/** https://docs.opensearch.org/latest/im-plugin/ism/api/#get-policies; no server of ours has the feature. */
const managedPolicies = z
  .object({ policies: z.array(z.object({ _id: z.string(), policy: json })) })
  .transform(({ policies }) =>
    policies.map(({ _id: name, policy: definition }) => ({ name, definition })).toSorted(byName),
  );

const repositories = z.record(
  z.string(),
  z
    .object({ type: z.string(), settings: json.optional() })
    .transform(({ type, settings = {} }) => ({ type, settings: withoutSecrets(settings) })),
);

/** Settings of the repository types of both engines that tell where and how it writes. Whatever else there is may be a secret. */
const openSettings: ReadonlySet<string> = new Set([
  'location',
  'bucket',
  'container',
  'base_path',
  'client',
  'region',
  'path_style_access',
  'compress',
  'chunk_size',
  'buffer_size',
  'readonly',
  'storage_class',
  'canned_acl',
  'server_side_encryption',
  'location_mode',
  'max_number_of_snapshots',
  'max_snapshot_bytes_per_sec',
  'max_restore_bytes_per_sec',
  'remote_store_index_shallow_copy',
]);

/** Addresses are told as far as host and path: user, password and query can be credentials. */
const addressSettings: ReadonlySet<string> = new Set(['url', 'endpoint']);

const withoutSecrets = (settings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      if (openSettings.has(name)) return [[name, String(value)]];
      return addressSettings.has(name) ? [[name, addressOf(String(value))]] : [];
    }),
  );

function addressOf(text: string): string {
  // An endpoint may be a bare host with a port.
  const address = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^?#]*)/i.exec(text);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? '';
  return `${scheme}${address?.[1] ?? ''}`;
}

/** As JSON has it, and without channels: a policy can name one to tell of its failures, by an address that is a secret in itself. */
const plain = (list: readonly Definition[]): readonly Definition[] =>
  list.map(({ name, definition }) => ({ name, definition: json.parse(redacted(definition)) }));

function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'destination' || key === 'channel' ? '***' : redacted(member),
    ]),
  );
}

const byName = (a: Definition, b: Definition): number => (a.name < b.name ? -1 : 1);

async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RejectedError && [400, 404, 405].includes(error.status)) return undefined;
    throw error;
  }
}
