import type { Answer } from './recordings.ts';

/** One place in which the simulator answered otherwise than the real server. */
export interface Difference {
  /** `status`, `content-type` or the path in the body: `body.details[0].state`. */
  readonly at: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

export type CompareValues = (recorded: unknown, answered: unknown, at: string) => readonly Difference[];

/** How a value is compared that may not be the same twice. `compare` goes on into parts of it. */
export interface Rule {
  readonly name: string;
  readonly differences: (
    recorded: unknown,
    answered: unknown,
    at: string,
    compare: CompareValues,
  ) => readonly Difference[];
}

/**
 * Rules by the end of a path without array indices: `createdAt` or, narrower, `details.createdAt`; `body` is the body itself.
 * `*` stands for any one key. The longest that fits wins, the last among equals. What has no rule must be equal.
 */
export type Rules = Readonly<Record<string, Rule>>;

const absent = '(absent)';

/** Status and media type exactly; a JSON body with the same keys, types and values, apart from what `rules` say. */
export function compareAnswers(recorded: Answer, answered: Answer, rules: Rules): readonly Difference[] {
  const compiled = compile(rules);
  const compare: CompareValues = (one, other, at) => {
    const rule = ruleFor(at, compiled);
    return rule
      ? rule.differences(one, other, at, (a, b, path) => deep(a, b, path, compare))
      : deep(one, other, at, compare);
  };
  return [
    ...exactly(recorded.status, answered.status, 'status'),
    ...(recorded.contentType === undefined
      ? []
      : exactly(recorded.contentType, answered.contentType ?? absent, 'content-type')),
    ...compare(recorded.body, answered.body, 'body'),
  ];
}

export const exactly = (recorded: unknown, answered: unknown, at: string): readonly Difference[] =>
  Object.is(recorded, answered) ? [] : [{ at, recorded, answered }];

export const hasRule = (at: string, rules: Rules): boolean => ruleFor(at, compile(rules)) !== undefined;

/** Compares objects key by key and arrays item by item; anything else exactly. */
function deep(recorded: unknown, answered: unknown, at: string, compare: CompareValues): readonly Difference[] {
  if (Array.isArray(recorded) && Array.isArray(answered)) {
    if (recorded.length !== answered.length) return exactly(recorded.length, answered.length, `${at}.length`);
    return recorded.flatMap((item, index) => compare(item, answered[index], `${at}[${index}]`));
  }
  if (isObject(recorded) && isObject(answered)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(answered)])];
    return keys.flatMap((key) => {
      if (!(key in recorded)) return [{ at: `${at}.${key}`, recorded: absent, answered: answered[key] }];
      if (!(key in answered)) return [{ at: `${at}.${key}`, recorded: recorded[key], answered: absent }];
      return compare(recorded[key], answered[key], `${at}.${key}`);
    });
  }
  return exactly(recorded, answered, at);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

interface CompiledRule {
  /** The last key first. */
  readonly end: readonly string[];
  readonly rule: Rule;
}

const compile = (rules: Rules): readonly CompiledRule[] =>
  Object.entries(rules).map(([end, rule]) => ({ end: end.split('.').toReversed(), rule }));

function ruleFor(at: string, rules: readonly CompiledRule[]): Rule | undefined {
  const path = at
    .replaceAll(/\[\d+\]/g, '')
    .split('.')
    .toReversed();
  const fits = ({ end }: CompiledRule): boolean =>
    end.length <= path.length && end.every((key, index) => key === '*' || key === path[index]);
  const fitting = rules.filter(fits);
  const longest = Math.max(0, ...fitting.map(({ end }) => end.length));
  return fitting.findLast(({ end }) => end.length === longest)?.rule;
}
