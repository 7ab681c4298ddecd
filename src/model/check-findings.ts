import type { CheckName, FindingSeverity } from './check-declarations.ts';
import { storeFindings } from './store-findings.ts';
import { zeebeFindings } from './zeebe-findings.ts';

/** Every finding that a check can have. Codes are public: add, never rename. Each has a row in docs/checks.md. */
export const checkFindings = { ...zeebeFindings, ...storeFindings } as const;

export type FindingCode = keyof typeof checkFindings;

/** One thing that was found. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** What was seen, with its values. */
  readonly seen: string;
  readonly meaning: string;
  readonly cure: string;
}

const longestSeen = 600;

export function finding(code: FindingCode, seen: string): Finding {
  const { severity, meaning, cure } = checkFindings[code];
  return { code, severity, seen: seen.length > longestSeen ? `${seen.slice(0, longestSeen)}…` : seen, meaning, cure };
}

/** The outcome of one check. */
export interface Judged {
  readonly check: CheckName;
  readonly findings: readonly Finding[];
  /** What was looked at, in a few words; absent where it could not be read. */
  readonly seen?: string;
}
