import { hasRule, isObject, type Rules } from './compare.ts';
import type { Answer } from './recordings.ts';

interface Spoilt {
  readonly how: string;
  readonly value: unknown;
}

/**
 * Answers that differ from this one in one thing each: its status, one key, the type of one value, or one value that no
 * rule lets differ.
 */
export function spoiltForms(
  answer: Answer,
  rules: Rules,
): readonly { readonly how: string; readonly answer: Answer }[] {
  return [
    { how: 'status', answer: { ...answer, status: answer.status + 1 } },
    ...spoiltValues(answer.body, 'body', rules).map(({ how, value }) => ({ how, answer: { ...answer, body: value } })),
  ];
}

function spoiltValues(value: unknown, at: string, rules: Rules): readonly Spoilt[] {
  if (value === undefined) return [{ how: `${at} appears`, value: {} }];
  // Of frames only the first was recorded.
  if (at.endsWith('stackTrace')) return [{ how: `${at} is empty`, value: [] }];
  if (Array.isArray(value)) {
    return [
      { how: `${at} has one more`, value: [...value, null] },
      ...value.flatMap((item, index) =>
        spoiltValues(item, `${at}[${index}]`, rules).map((spoilt) => ({
          ...spoilt,
          value: value.with(index, spoilt.value),
        })),
      ),
    ];
  }
  if (isObject(value)) {
    return [
      { how: `${at} has one more key`, value: { ...value, unheardOf: 1 } },
      ...Object.keys(value).map((key) => ({ how: `${at}.${key} is missing`, value: without(value, key) })),
      ...Object.entries(value).flatMap(([key, each]) =>
        spoiltValues(each, `${at}.${key}`, rules).map((spoilt) => ({
          ...spoilt,
          value: { ...value, [key]: spoilt.value },
        })),
      ),
    ];
  }
  return [
    { how: `${at} has another type`, value: typeof value === 'string' ? 1 : 'another type' },
    ...(hasRule(at, rules) ? [] : [{ how: `${at} has another value`, value: otherThan(value) }]),
  ];
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}x`;
  return typeof value === 'boolean' ? !value : {};
}

/** An object without one of its keys. */
export const without = (value: Readonly<Record<string, unknown>>, key: string): object =>
  Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));
