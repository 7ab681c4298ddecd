import { leftoverIndices } from './backup-parts.ts';
import type { WebApp } from './web-apps.ts';

/** What a restore of a set would delete or lose. */
export type CoverageCode =
  /** An index that existed before the snapshots of its component began and is in none of them. */
  | 'INDEX_NOT_IN_SET'
  /** An index of an earlier version, which the applications no longer use and therefore never back up. */
  | 'INDEX_LEFT_BEHIND'
  /** Indices of a component of which the set has no part at all. */
  | 'COMPONENT_NOT_IN_SET'
  /** An alias of which no index is in the set. */
  | 'ALIAS_NOT_IN_SET'
  /** A template or policy that stands in no record of the catalogue; no snapshot of a backup holds any. */
  | 'TEMPLATE_NOT_RECORDED'
  | 'POLICY_NOT_RECORDED';

export interface CoverageFinding {
  readonly code: CoverageCode;
  /** In words, with the names. */
  readonly says: string;
}

/** A component of Camunda, by the names of its indices. */
export interface IndexOwner {
  readonly component: WebApp | 'records';
  /** For people. */
  readonly name: string;
  /** What the names of its indices begin with. */
  readonly beginnings: readonly string[];
}

export interface LiveIndex {
  readonly name: string;
  readonly createdAtMs: number;
  /** Absent where nobody read them. */
  readonly aliases?: readonly string[];
}

/** By their names; absent where nobody read them. */
export interface DefinitionNames {
  readonly templates: readonly string[];
  readonly policies: readonly string[];
}

export interface CoverageEvidence {
  /** Every component whose indices a restore would delete first, also those of which the set has nothing. */
  readonly owners: readonly IndexOwner[];
  /** Every index there is now; others than the owners' are left alone. */
  readonly indices: readonly LiveIndex[];
  readonly snapshots: readonly {
    readonly component: WebApp | 'records';
    readonly name: string;
    readonly indices: readonly string[];
    readonly startTimeMs: number;
  }[];
  /** Those that concern the owners' indices: now, and as the catalogue's record of this set has them (undefined: there is none). */
  readonly definitions?: { readonly live: DefinitionNames; readonly recorded: DefinitionNames | undefined };
}

const shown = 4;

/**
 * Whatever of Camunda is live and not in the set, so that a restore, which first deletes Camunda's indices, would delete or lose it. An index
 * that was created when the snapshots of its component had begun is later than the set and none of this.
 */
export function coverageFindings(evidence: CoverageEvidence): readonly CoverageFinding[] {
  const held = new Set(evidence.snapshots.flatMap(({ indices }) => indices));
  const uncovered = evidence.owners.map((owner) => uncoveredBy(owner, held, evidence));
  return [
    ...uncovered.flatMap(({ findings }) => findings),
    ...aliasFindings(
      evidence.indices,
      held,
      uncovered.flatMap(({ indices }) => indices),
    ),
    ...definitionFindings(evidence.definitions),
  ];
}

function uncoveredBy(
  { component, name, beginnings }: IndexOwner,
  held: ReadonlySet<string>,
  { indices, snapshots }: CoverageEvidence,
): { readonly indices: readonly LiveIndex[]; readonly findings: readonly CoverageFinding[] } {
  const parts = snapshots.filter((snapshot) => snapshot.component === component);
  const began = Math.min(...parts.map(({ startTimeMs }) => startTimeMs));
  const missing = indices.filter(
    (index) =>
      beginnings.some((beginning) => index.name.startsWith(beginning)) &&
      !held.has(index.name) &&
      (parts.length === 0 || index.createdAtMs < began),
  );
  if (missing.length === 0) return { indices: [], findings: [] };
  const names = missing.map((index) => index.name);
  if (parts.length === 0) {
    const says = `${name} is no part of this set and has ${counted(names, 'index', 'indices')}: a restore that clears Camunda's indices would lose ${them(names)}`;
    return { indices: missing, findings: [{ code: 'COMPONENT_NOT_IN_SET', says }] };
  }
  // From 8.8 on the applications back up what they know by name, and nothing of an earlier version.
  const old = component === 'webapps' ? leftoverIndices(names, parts) : [];
  const lost = names.filter((each) => !old.includes(each));
  return {
    indices: missing,
    findings: [
      ...(lost.length === 0
        ? []
        : [
            {
              code: 'INDEX_NOT_IN_SET' as const,
              says: `${name}: ${counted(lost, 'index', 'indices')} existed before the snapshots began and ${are(lost)} in none of them: a restore would delete ${them(lost)}`,
            },
          ]),
      ...(old.length === 0
        ? []
        : [
            {
              code: 'INDEX_LEFT_BEHIND' as const,
              says: `${name}: ${counted(old, 'index', 'indices')} of an earlier version ${are(old)} in no snapshot: a restore would delete ${them(old)}`,
            },
          ]),
    ],
  };
}

/** A snapshot brings the aliases of its indices back; one that no index of the set has is gone. */
function aliasFindings(
  indices: readonly LiveIndex[],
  held: ReadonlySet<string>,
  uncovered: readonly LiveIndex[],
): readonly CoverageFinding[] {
  const kept = new Set(indices.filter(({ name }) => held.has(name)).flatMap(({ aliases = [] }) => aliases));
  const lost = [...new Set(uncovered.flatMap(({ aliases = [] }) => aliases))].filter((alias) => !kept.has(alias));
  if (lost.length === 0) return [];
  const says = `${counted(lost, 'alias', 'aliases')} ${are(lost)} only on indices that are not in this set: a restore would lose ${them(lost)}`;
  return [{ code: 'ALIAS_NOT_IN_SET', says }];
}

function definitionFindings(definitions: CoverageEvidence['definitions']): readonly CoverageFinding[] {
  if (definitions === undefined) return [];
  const { live, recorded } = definitions;
  const where = recorded === undefined ? 'in no record of the catalogue' : "not in the catalogue's record of this set";
  const finding = (code: CoverageCode, names: readonly string[], one: string, many: string): CoverageFinding[] =>
    names.length === 0
      ? []
      : [
          {
            code,
            says: `${counted(names, one, many)} ${are(names)} ${where}, and no snapshot holds ${them(names)}: an empty search engine would lack ${them(names)}`,
          },
        ];
  return [
    ...finding('TEMPLATE_NOT_RECORDED', without(live.templates, recorded?.templates), 'template', 'templates'),
    ...finding('POLICY_NOT_RECORDED', without(live.policies, recorded?.policies), 'policy', 'policies'),
  ];
}

const without = (names: readonly string[], recorded: readonly string[] = []): readonly string[] =>
  names.filter((name) => !recorded.includes(name));

const are = (names: readonly string[]): string => (names.length === 1 ? 'is' : 'are');
const them = (names: readonly string[]): string => (names.length === 1 ? 'it' : 'them');

/** "2 indices (a, b)". */
function counted(names: readonly string[], one: string, many: string): string {
  const more = names.length > shown ? ` and ${names.length - shown} more` : '';
  return `${names.length} ${names.length === 1 ? one : many} (${names.slice(0, shown).join(', ')}${more})`;
}
