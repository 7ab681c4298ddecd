/**
 * The search attributes of our runs, by name with the type that each must have. A run carries those that its namespace has registered, so
 * that the list of Workflows can be filtered by them; everything works without.
 */
export const searchAttributes = {
  /** Name of the cluster in the cluster file. */
  CamundaCluster: 'KEYWORD',
  /** What runs, as in the memo: "backup", "recovery of exporting", "resume of exporting". */
  CamundaOperation: 'KEYWORD',
  /** From the moment the ID was chosen. */
  CamundaBackupId: 'INT',
  /** Set before the first pause call, removed when the resume was verified. */
  CamundaPausedSince: 'DATETIME',
  /** How an operation that somebody started has ended: COMPLETED, or the type of its failure. */
  CamundaOutcome: 'KEYWORD',
} as const;

export type SearchAttributeName = keyof typeof searchAttributes;

/** Those of ours among what a namespace has registered, each with our type: a value of another type would be refused. */
export function usableSearchAttributes(registered: Readonly<Record<string, string>>): readonly SearchAttributeName[] {
  return searchAttributeNames.filter((name) => registered[name] === searchAttributes[name]);
}

export const searchAttributeNames: readonly SearchAttributeName[] = [
  'CamundaCluster',
  'CamundaOperation',
  'CamundaBackupId',
  'CamundaPausedSince',
  'CamundaOutcome',
];
