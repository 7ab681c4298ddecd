import { z } from 'zod';
import type { Snapshot } from '../model/snapshots.ts';
import type { SearchEngineIndex, SearchEngineInfo } from '../model/search-engine.ts';
import { position } from './wire.ts';

/** OpenSearch names itself; Elasticsearch has a build flavor and no distribution. */
export const engineInfo = z
  .object({
    version: z.object({ number: z.string(), distribution: z.string().optional(), build_flavor: z.string().optional() }),
  })
  .transform(({ version }, context): SearchEngineInfo => {
    if (version.distribution === 'opensearch') return { product: 'opensearch', version: version.number };
    if (version.distribution === undefined && version.build_flavor !== undefined) {
      return { product: 'elasticsearch', version: version.number };
    }
    context.addIssue('neither Elasticsearch nor OpenSearch');
    return z.NEVER;
  });

export const repositories = z.record(
  z.string(),
  z
    .object({ type: z.string(), settings: z.record(z.string(), z.unknown()).optional() })
    .transform(({ type, settings }) => ({
      type,
      // Settings are text on the wire. A repository of type url can only be read.
      readOnly: type === 'url' || String(settings?.['readonly']) === 'true',
    })),
);

/** Rows of `_cat/indices`, where every cell is text. */
export const indexRows = z.array(
  z
    .object({ index: z.string(), 'creation.date': z.string().regex(/^\d+$/, 'expected milliseconds') })
    .transform((row): SearchEngineIndex => ({ name: row.index, createdAtMs: Number(row['creation.date']) })),
);

const snapshot = z
  .object({
    snapshot: z.string(),
    uuid: z.string(),
    state: z.string(),
    indices: z.array(z.string()),
    shards: z.object({ total: z.int(), failed: z.int(), successful: z.int() }),
    start_time_in_millis: z.int(),
    end_time_in_millis: z.int(),
    failures: z.array(z.object({ index: z.string(), shard_id: z.int().optional(), reason: z.string().nullish() })),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform((wire): Snapshot => ({
    name: wire.snapshot,
    uuid: wire.uuid,
    state: wire.state,
    indices: wire.indices.toSorted(),
    shards: wire.shards,
    startTimeMs: wire.start_time_in_millis,
    endTimeMs: wire.end_time_in_millis,
    failures: wire.failures.map(
      ({ index, shard_id, reason }) => `${index}[${shard_id ?? '?'}]: ${reason ?? 'no reason given'}`,
    ),
    metadata: wire.metadata ?? {},
  }));

/** `_status` without a name; a filter leaves nothing at all of an empty list, and lets nothing else pass. */
export const runningSnapshots = z
  .strictObject({ snapshots: z.array(z.object({ snapshot: z.string(), repository: z.string() })).optional() })
  .transform(({ snapshots = [] }) => snapshots.map(({ snapshot: name, repository }) => ({ name, repository })));

const failures = z
  .record(z.string(), z.unknown())
  .refine((failed) => Object.keys(failed).length === 0, 'the list is not complete')
  .optional();

/** What says that a list is not complete must pass the filter, too. */
export const listedFields = 'snapshots.snapshot,snapshots.state,failures,error,total';

/** A filter leaves nothing at all of an empty list, and lets nothing else pass. Only Elasticsearch tells the total. */
export const listedSnapshots = z
  .strictObject({
    snapshots: z.array(z.object({ snapshot: z.string(), state: z.string() })).optional(),
    failures,
    error: z.undefined('it is an error').optional(),
    total: z.int().optional(),
  })
  .refine(({ snapshots = [], total = snapshots.length }) => snapshots.length === total, 'the list is not complete')
  .transform(({ snapshots = [] }) => snapshots.map(({ snapshot: name, state }) => ({ name, state })));

/** Elasticsearch can leave out what it failed to read and say so beside the list. */
export const snapshotList = z
  .object({
    snapshots: z.array(snapshot),
    failures,
  })
  .transform(({ snapshots }) => snapshots);

const allShards = z.object({ failed: z.literal(0, 'not every shard took part') });

export const refreshed = z.object({ _shards: allShards });

/** The sort value of each hit, exact to the last digit: unlike an aggregation it is no double. */
export const hits = z
  .object({
    timed_out: z.literal(false, 'the search timed out'),
    _shards: allShards,
    hits: z.object({ hits: z.array(z.object({ sort: z.tuple([position]) })) }),
  })
  .transform((answer) => answer.hits.hits.map(({ sort }) => sort[0]));
