import { z } from 'zod';

/** A timer of Node fires at once when it is planned for later than this. */
const longestTimerMs = 2 ** 31 - 1;

const durationMs = z.number().nonnegative().max(longestTimerMs);
const periodMs = z.number().min(1).max(longestTimerMs);

/** What can be changed while the cluster runs. */
const live = {
  partDurationMs: durationMs,
  recordSnapshotDurationMs: durationMs,
  restoreDurationMs: durationMs,
  zeebeBackupDurationMs: durationMs,
  durations: z
    .strictObject({
      operateMs: durationMs,
      tasklistMs: durationMs,
      optimizeMs: durationMs,
      historyMs: durationMs,
      recordsMs: durationMs,
      zeebeMs: durationMs,
    })
    .partial(),
  recordsPerSecond: z.number().nonnegative().max(1_000_000),
  openInstances: z.number().positive(),
  diskBytes: z.number().positive(),
  bytesPerRecord: z.number().positive(),
  snapshotPeriodMs: periodMs,
  positionDistributionMs: periodMs,
  exportDelayMs: durationMs,
  deleteDelayMs: durationMs,
  engineClockAheadMs: durationMs,
  gatewayTimeoutMs: durationMs,
};

export const LiveOptionsSchema = z.strictObject(live).partial();

const count = (max: number) => z.int().positive().max(max);

export const SimulatorOptionsSchema = z
  .strictObject({
    ...live,
    partitions: count(1_000),
    brokers: count(1_000),
    replicationFactor: count(1_000),
    version: z.string().regex(/^\d+\.\d+\.\d+/, 'a version like 8.6.0'),
    exporters: z.array(z.string().min(1)).readonly(),
    optimize: z.boolean(),
    freeForProcessingBytes: z.int().nonnegative(),
    healthShowsDisk: z.boolean(),
    managementUser: z.strictObject({ username: z.string().min(1), password: z.string().min(1) }).nullable(),
    initialRecords: z.int().nonnegative(),
    seed: z.int(),
    searchEngine: z.strictObject({
      product: z.enum(['elasticsearch', 'opensearch']),
      version: z.string(),
      repositoryTypes: z.array(z.string()).readonly().optional(),
      lifecyclePolicies: z.boolean().optional(),
    }),
    backupStore: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('s3'),
          bucket: z.string().min(1),
          basePath: z
            .string()
            .regex(/^([^/]+(\/[^/]+)*)?$/, 'a path without a slash at its ends')
            .optional(),
          accessKeyId: z.string().min(1).optional(),
        }),
        z.strictObject({ kind: z.literal('filesystem'), folder: z.string().min(1) }),
      ])
      .nullable(),
    repository: z.string().min(1).nullable(),
    leftOutOfBackups: z
      .array(z.string().regex(/^(operate|tasklist|optimize)-/, 'an index of an application'))
      .readonly(),
  })
  .partial();
