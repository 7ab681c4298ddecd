import { brokenReasons } from './broken-reasons.ts';
import { contentReasons } from './content-reasons.ts';
import { otherReasons } from './other-reasons.ts';
import { restoreReasons } from './restore-reasons.ts';
import { setVerdicts, type SetVerdict } from './verdict.ts';

/** Every reason why a set is not PROVEN. Codes are public: add, never rename. Each has a row in docs/sets.md. */
export const setReasons = { ...brokenReasons, ...otherReasons, ...contentReasons, ...restoreReasons } as const;

export type SetReasonCode = keyof typeof setReasons;

/** One thing that keeps a set from being PROVEN, in words with the values that were compared. */
export interface SetReason {
  readonly code: SetReasonCode;
  readonly says: string;
}

/** Of two, the one that a set with both has. */
export const worse = (one: SetVerdict, other: SetVerdict): SetVerdict =>
  setVerdicts.find((verdict) => verdict === one || verdict === other) ?? one;

export const verdictOf = (reasons: readonly Pick<SetReason, 'code'>[]): SetVerdict =>
  setVerdicts.find((verdict) => reasons.some(({ code }) => setReasons[code].verdict === verdict)) ?? 'PROVEN';

/** By the verdicts that they make. */
export const worstFirst = (reasons: readonly SetReason[]): readonly SetReason[] =>
  reasons.toSorted((a, b) => rank(a) - rank(b));

const rank = ({ code }: SetReason): number => setVerdicts.indexOf(setReasons[code].verdict);
