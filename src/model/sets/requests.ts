import { backupIdField, clusterField, fieldProblems, isRecord, type Field, type Parsed } from '../backup-request.ts';

/** Input of `listBackups`. Only `cluster` is required. */
export interface ListBackupsInput {
  /** Name of the cluster in the worker's cluster file. */
  readonly cluster: string;
  /** How many, the newest first. 1 to 100, default 100. */
  readonly limit?: number;
  /** Only IDs below this one: `next` of the page before. */
  readonly before?: number;
}

/** Input of `verifyBackup`. */
export interface VerifyBackupInput {
  /** Name of the cluster in the worker's cluster file. */
  readonly cluster: string;
  readonly backupId: number | 'latest';
  /** Also reads the objects of the Zeebe backup and compares them with its record and the checksums that the brokers wrote. Default false. */
  readonly deep?: boolean;
  /** With `deep`: which part of them is read, as "10%": another one each day, until all were read. Default "100%". */
  readonly read?: string;
  /** With `read`: divides the objects. Who verifies the same backup in two ways gives two. */
  readonly seed?: string;
  /**
   * Also brings every index back beside the live ones, under names of its own, counts it and deletes it again: all that finds a lost file of
   * the search engine's data. Needs room on its disks, and reads as much as a restore. Default false.
   */
  readonly testRestore?: boolean;
}

export const mostListed = 100;

const listFields: Readonly<Record<string, Field>> = {
  cluster: clusterField,
  limit: {
    holds: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostListed,
    must: `be an integer from 1 to ${mostListed}`,
  },
  before: backupIdField,
};

const verifyFields: Readonly<Record<string, Field>> = {
  cluster: clusterField,
  backupId: {
    holds: (value) => value === 'latest' || backupIdField.holds(value),
    must: `be "latest", or ${backupIdField.must.slice('be '.length)}`,
  },
  deep: { holds: (value) => typeof value === 'boolean', must: 'be true or false' },
  testRestore: { holds: (value) => typeof value === 'boolean', must: 'be true or false' },
  read: { holds: (value) => parseShare(value) !== undefined, must: 'be a share of 1% to 100%, like "10%"' },
  seed: {
    holds: (value) => typeof value === 'string' && value.length > 0 && value.length <= 100,
    must: 'be a text of 1 to 100 characters',
  },
};

/** 0.1 of "10%"; undefined for anything else. */
export function parseShare(value: unknown): number | undefined {
  const percent = typeof value === 'string' ? /^(\d{1,3})%$/.exec(value)?.[1] : undefined;
  const share = Number(percent) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}

/** Checks the input of `listBackups`. */
export function parseListRequest(input: unknown): Parsed<ListBackupsInput> {
  const problems = fieldProblems(input, listFields);
  return problems.length > 0 || !isListInput(input) ? { problems } : { value: input };
}

/** Checks the input of `verifyBackup`. */
export function parseVerifyRequest(input: unknown): Parsed<VerifyBackupInput> {
  const problems = fieldProblems(input, verifyFields);
  if (problems.length === 0 && isRecord(input) && input['backupId'] === undefined) {
    return { problems: ['"backupId" is missing: give a backup ID, or "latest".'] };
  }
  if (problems.length === 0 && isRecord(input) && input['deep'] !== true) {
    const alone = ['read', 'seed'].filter((key) => input[key] !== undefined);
    if (alone.length > 0)
      return { problems: alone.map((key) => `"${key}" needs "deep": without it no object is read.`) };
  }
  return problems.length > 0 || !isVerifyInput(input) ? { problems } : { value: input };
}

// Sound because every field of the types was checked by its row of the tables above.
const isListInput = (input: unknown): input is ListBackupsInput =>
  isRecord(input) && clusterField.holds(input['cluster']);
const isVerifyInput = (input: unknown): input is VerifyBackupInput => isListInput(input);
