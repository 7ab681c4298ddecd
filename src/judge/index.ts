export type { Custody } from './custody-schema.ts';
export { faultsOf } from './faults.ts';
export { judge } from './judge.ts';
export type { BackupSet } from './parts.ts';
export { EvidenceError, type Evidence } from './schema.ts';
export type { Checked, Finding, FindingKind, NamedRecord, ShownInstances, Verdict } from './verdict.ts';
export { words } from './words.ts';
