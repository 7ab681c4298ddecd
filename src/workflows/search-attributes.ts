import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';

export interface Marks {
  readonly cluster?: string;
  readonly operation?: string;
  readonly backupId?: number;
  readonly outcome?: string;
}

type Registered = Pick<ExportingFacts, 'searchAttributes'>;

const keys = {
  CamundaCluster: defineSearchAttributeKey('CamundaCluster', 'KEYWORD'),
  CamundaOperation: defineSearchAttributeKey('CamundaOperation', 'KEYWORD'),
  CamundaBackupId: defineSearchAttributeKey('CamundaBackupId', 'INT'),
  CamundaPausedSince: defineSearchAttributeKey('CamundaPausedSince', 'DATETIME'),
  CamundaOutcome: defineSearchAttributeKey('CamundaOutcome', 'KEYWORD'),
} as const satisfies Readonly<Record<SearchAttributeName, unknown>>;

/**
 * Marks this run for the list of Workflows. The server refuses a whole workflow task for one attribute that it does not know, again and
 * again: only what was found registered is sent, and nothing between a pause and its verified resume.
 */
export function mark(facts: Registered, marks: Marks): void {
  const pairs = registeredPairs(facts, marks);
  if (pairs.length > 0) upsertSearchAttributes([...pairs]);
}

/** The same for a child, as an option of its start. */
export function startMarks(
  facts: Registered,
  marks: Marks,
): { readonly typedSearchAttributes?: SearchAttributePair[] } {
  const pairs = registeredPairs(facts, marks);
  return pairs.length === 0 ? {} : { typedSearchAttributes: [...pairs] };
}

/** `undefined` when the resume was verified. */
export function markPausedSince(facts: Registered, since: string | undefined): void {
  if (!has(facts, 'CamundaPausedSince')) return;
  upsertSearchAttributes([{ key: keys.CamundaPausedSince, value: since === undefined ? null : new Date(since) }]);
}

function registeredPairs(
  facts: Registered,
  { cluster, operation, backupId, outcome }: Marks,
): readonly SearchAttributePair[] {
  const pairs: readonly (SearchAttributePair | undefined)[] = [
    cluster === undefined ? undefined : { key: keys.CamundaCluster, value: cluster },
    operation === undefined ? undefined : { key: keys.CamundaOperation, value: operation },
    backupId === undefined ? undefined : { key: keys.CamundaBackupId, value: backupId },
    outcome === undefined ? undefined : { key: keys.CamundaOutcome, value: outcome },
  ];
  return pairs.filter((pair) => pair !== undefined && has(facts, pair.key.name)).filter((pair) => pair !== undefined);
}

const has = ({ searchAttributes = [] }: Registered, name: string): boolean =>
  searchAttributes.some((registered) => registered === name);
