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
};

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
  return problems.length > 0 || !isVerifyInput(input) ? { problems } : { value: input };
}

// Sound because every field of the types was checked by its row of the tables above.
const isListInput = (input: unknown): input is ListBackupsInput =>
  isRecord(input) && clusterField.holds(input['cluster']);
const isVerifyInput = (input: unknown): input is VerifyBackupInput => isListInput(input);
