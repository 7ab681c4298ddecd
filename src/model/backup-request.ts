import { largestBackupId } from './backup-id.ts';
import { parseDuration } from './durations.ts';

/** Input of `backupCluster`, as a person writes it. Only `cluster` is required. */
export interface BackupClusterInput {
  /** Name of the cluster in the worker's cluster file. */
  readonly cluster: string;
  /** Left out, the ID is the seconds since the epoch, or above every ID found. Given, there is exactly one attempt. */
  readonly backupId?: number;
  /** For the audit. */
  readonly reason?: string;
  /** For the audit. */
  readonly requestedBy?: string;
  /** For the audit: short texts by short keys. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What to do while another operation holds the cluster. Default `fail`. */
  readonly ifBusy?: 'fail' | 'wait';
  /** How often a new ID is tried after a failure that a new ID can cure. 1 to 5, default 2. */
  readonly attempts?: number;
  /** Longest time exporting may stay paused, as "45m" or "6h". Default: the worker's `CAMUNDA_BACKUP_MAX_PAUSE`. */
  readonly maxPause?: string;
}

/** The same, checked and with defaults. */
export interface BackupRequest {
  readonly cluster: string;
  readonly backupId?: number;
  readonly reason?: string;
  readonly requestedBy?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ifBusy: 'fail' | 'wait';
  readonly attempts: number;
  readonly maxPauseMs?: number;
}

export type Parsed<T> = { readonly value: T } | { readonly problems: readonly string[] };

const text = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 500;

export interface Field {
  readonly holds: (value: unknown) => boolean;
  readonly must: string;
}

/** The same range as the worker's own setting. Far above it, a deadline is no date any more. */
export const isAllowedPause = (ms: number | undefined): ms is number =>
  ms !== undefined && ms >= 1_000 && ms <= 30 * 86_400_000;

export const clusterField: Field = { holds: text, must: 'be the name of a configured cluster' };
const auditFields: Readonly<Record<string, Field>> = {
  reason: { holds: text, must: 'be a text of 1 to 500 characters' },
  requestedBy: { holds: text, must: 'be a text of 1 to 500 characters' },
};

export const backupIdField: Field = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  must: `be an integer from 1 to ${largestBackupId}`,
};

const backupFields: Readonly<Record<string, Field>> = {
  cluster: clusterField,
  backupId: backupIdField,
  ...auditFields,
  labels: { holds: isLabels, must: 'be an object of at most 20 texts of at most 200 characters' },
  ifBusy: { holds: (value) => value === 'fail' || value === 'wait', must: 'be "fail" or "wait"' },
  attempts: {
    holds: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 5,
    must: 'be an integer from 1 to 5',
  },
  maxPause: {
    holds: (value) => typeof value === 'string' && isAllowedPause(parseDuration(value)),
    must: 'be a duration of 1 second to 30 days, like "45m" or "6h"',
  },
};

/** Checks the input of `backupCluster`; all problems at once, each naming the field, the value and what is allowed. */
export function parseBackupRequest(input: unknown): Parsed<BackupRequest> {
  const problems = fieldProblems(input, backupFields);
  if (problems.length > 0 || !isBackupInput(input)) return { problems };
  const { labels = {}, ifBusy = 'fail', attempts = 2, maxPause, ...rest } = input;
  const maxPauseMs = maxPause === undefined ? undefined : parseDuration(maxPause);
  return {
    value: {
      ...rest,
      labels,
      ifBusy,
      // A person who names the ID wants that ID: a second attempt could only take another.
      attempts: input.backupId === undefined ? attempts : 1,
      ...(maxPauseMs === undefined ? {} : { maxPauseMs }),
    },
  };
}

/** Input of `resumeExporting`. */
export interface ResumeExportingInput {
  readonly cluster: string;
  readonly reason?: string;
  readonly requestedBy?: string;
  /** Resume even while an operation holds the cluster; a backup that runs will then end INCONSISTENT. Default false. */
  readonly force?: boolean;
}

const resumeFields: Readonly<Record<string, Field>> = {
  cluster: clusterField,
  ...auditFields,
  force: { holds: (value) => typeof value === 'boolean', must: 'be true or false' },
};

/** Checks the input of `resumeExporting`. */
export function parseResumeRequest(input: unknown): Parsed<ResumeExportingInput> {
  const problems = fieldProblems(input, resumeFields);
  return problems.length > 0 || !isResumeInput(input) ? { problems } : { value: input };
}

export function fieldProblems(input: unknown, fields: Readonly<Record<string, Field>>): string[] {
  const allowed = Object.keys(fields).join(', ');
  if (!isRecord(input)) {
    return [
      `The input must be one JSON object, like {"cluster":"prod"}; got ${shown(input)}. Allowed keys: ${allowed}.`,
    ];
  }
  const unknown = Object.keys(input)
    .filter((key) => !Object.hasOwn(fields, key))
    .map((key) => `Unknown key "${key}". Allowed keys: ${allowed}.`);
  const missing = input['cluster'] === undefined ? ['"cluster" is missing: it names the cluster to work on.'] : [];
  const wrong = Object.entries(fields)
    .filter(([key, field]) => input[key] !== undefined && !field.holds(input[key]))
    .map(([key, field]) => `"${key}" must ${field.must}; got ${shown(input[key])}.`);
  return [...unknown, ...missing, ...wrong];
}

function shown(value: unknown): string {
  const json = value === undefined ? 'nothing' : JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLabels(value: unknown): value is Readonly<Record<string, string>> {
  return (
    isRecord(value) &&
    Object.keys(value).length <= 20 &&
    Object.values(value).every((label) => typeof label === 'string' && label.length <= 200)
  );
}

// Sound because every field of the type was checked by its row of the table above.
function isBackupInput(input: unknown): input is BackupClusterInput {
  return isRecord(input) && clusterField.holds(input['cluster']);
}

function isResumeInput(input: unknown): input is ResumeExportingInput {
  return isRecord(input) && clusterField.holds(input['cluster']);
}
