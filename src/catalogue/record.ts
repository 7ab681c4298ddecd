import { z } from 'zod';
import type { CatalogueRecord, RecordedDefinitions, RecordedIndex, RecordedObject } from '../model/catalogue-record.ts';

/** A change that an older release cannot read gets the next number; a field that may be absent needs none. */
export const catalogueFormat = 1;

const time = z.iso.datetime();
const position = z.string().regex(/^-?\d+$/, 'expected a position as text');
const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex');
const webApp = z.enum(['operate', 'tasklist', 'optimize', 'webapps']);
const byExporter = z.record(z.string(), position);

const companion = z.object({
  // It becomes part of a key: nothing in it may lead elsewhere.
  name: z.string().regex(/^[a-z]+(-\d+)?\.[0-9a-f]{16}\.json$/, 'expected the name of a companion'),
  bytes: count,
  sha256,
  entries: count,
});

const finding = z.object({ code: z.string(), says: z.string() });

export const catalogueRecord: z.ZodType<CatalogueRecord> = z.object({
  cluster: z.string().min(1),
  backupId: count,
  recordedAt: time,
  tool: z.object({ name: z.string(), version: z.string() }),
  run: z.object({
    workflowId: z.string(),
    runId: z.string(),
    startedBy: z.string().optional(),
    requestedBy: z.string().optional(),
    reason: z.string().optional(),
    startedAt: time.optional(),
  }),
  versions: z.object({
    camunda: z.string(),
    webApps: z.object({
      operate: z.string().optional(),
      tasklist: z.string().optional(),
      optimize: z.string().optional(),
      webapps: z.string().optional(),
    }),
    searchEngine: z.object({ product: z.enum(['elasticsearch', 'opensearch']), version: z.string() }),
  }),
  topology: z.object({
    partitionIds: z.array(count),
    brokers: z.array(z.object({ nodeId: count, partitions: z.array(count) })),
    exporters: z.array(z.string()),
  }),
  exporting: z.object({
    order: z.enum(['web-apps-first', 'pause-first']),
    pauseKind: z.enum(['soft', 'hard']),
    verification: z.enum(['every-broker', 'gateway-only']),
    recordsExported: z.boolean(),
    declaredAt: time.optional(),
    pausedAt: time.optional(),
    resumedVerifiedAt: time.optional(),
    resumedAcceptedAt: time.optional(),
    pausedMs: z.number().optional(),
  }),
  positions: z.array(
    z.object({
      partitionId: count,
      acknowledgedAtPause: position.optional(),
      exportersAtPause: byExporter.optional(),
      acknowledgedAfter: position.optional(),
      exportersAfter: byExporter.optional(),
      highestRecord: position.optional(),
      exportedInBackup: position,
      checkpoint: position,
      snapshotId: z.string().optional(),
    }),
  ),
  course: z
    .object({
      pausedAt: time.optional(),
      webAppsTakenAt: time,
      webAppsWholeAt: time,
      zeebeTakenAt: time,
    })
    .optional(),
  fences: z.array(z.object({ name: z.string(), broken: z.array(z.string()) })),
  proof: z.object({
    holds: z.boolean(),
    checks: z.array(
      z.object({
        code: z.string(),
        holds: z.boolean(),
        compared: z.string(),
      }),
    ),
  }),
  zeebe: z.object({
    state: z.string(),
    partitions: z.array(
      z.object({
        partitionId: count,
        state: z.string(),
        createdAt: z.string().optional(),
        lastUpdatedAt: z.string().optional(),
        snapshotId: z.string().optional(),
        checkpointPosition: position.optional(),
        brokerVersion: z.string().optional(),
        failureReason: z.string().optional(),
      }),
    ),
    store: z.string().optional(),
    objects: z.object({ count, bytes: count, listedAt: time, companions: z.array(companion) }).optional(),
  }),
  snapshots: z.array(
    z.object({
      component: z.union([webApp, z.literal('records')]),
      name: z.string(),
      uuid: z.string(),
      state: z.string(),
      indices: z.array(z.string()),
      shards: z.object({ total: count, failed: count, successful: count }),
      startedAt: time,
      endedAt: time,
    }),
  ),
  repository: z.object({ name: z.string(), type: z.string(), settings: z.record(z.string(), z.string()) }).optional(),
  indices: companion.extend({ countedFrom: time, countedTo: time }).optional(),
  definitions: companion.optional(),
  steps: z.array(z.object({ step: z.string(), startedAt: time, endedAt: time.optional() })),
  coverage: z.array(finding),
  warnings: z.array(z.string()),
  unread: z.array(z.object({ what: z.string(), why: z.string() })),
  previous: z.object({ backupId: count, key: z.string(), sha256 }).optional(),
});

export const recordedObjects: z.ZodType<readonly RecordedObject[]> = z.array(
  z.object({ key: z.string(), size: count, etag: z.string().optional() }),
);

export const recordedIndices: z.ZodType<readonly RecordedIndex[]> = z.array(
  z.object({
    name: z.string(),
    uuid: z.string(),
    state: z.enum(['open', 'closed']),
    createdAt: time,
    aliases: z.array(z.string()),
    documents: count.optional(),
    bytes: count.optional(),
    sequence: z.array(z.int()).optional(),
    still: z.boolean(),
  }),
);

const definitions = z.array(z.object({ name: z.string(), definition: z.record(z.string(), z.unknown()) }));

export const recordedDefinitions: z.ZodType<RecordedDefinitions> = z.object({
  readAt: time,
  indexTemplates: definitions,
  componentTemplates: definitions,
  legacyTemplates: definitions,
  policies: z.object({ kind: z.enum(['ilm', 'ism']), entries: definitions }).optional(),
});
