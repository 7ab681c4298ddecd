import { fieldProblems, backupIdField, clusterField, isRecord, type Field, type Parsed } from './backup-request.ts';

/** Input of `checkCluster`. */
export interface CheckClusterInput {
  /** Name of the cluster in the worker's cluster file. */
  readonly cluster: string;
  /** Also says whether this ID is free. */
  readonly backupId?: number;
  /**
   * Whether writing is tried. The search engine is asked to verify the repository on every node: each then writes a small file of its own
   * there and the engine deletes it. In the catalogue one object a day stays. Default true; without it nothing but GET is sent.
   */
  readonly verifyRepository?: boolean;
}

const fields: Readonly<Record<string, Field>> = {
  cluster: clusterField,
  backupId: backupIdField,
  verifyRepository: { holds: (value) => typeof value === 'boolean', must: 'be true or false' },
};

/** Checks the input of `checkCluster`. */
export function parseCheckRequest(input: unknown): Parsed<CheckClusterInput> {
  const problems = fieldProblems(input, fields);
  return problems.length > 0 || !isCheckInput(input) ? { problems } : { value: input };
}

// Sound because every field of the type was checked by its row of the table above.
function isCheckInput(input: unknown): input is CheckClusterInput {
  return isRecord(input) && clusterField.holds(input['cluster']);
}
