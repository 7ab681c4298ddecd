import { exactly, isObject, type Rule, type Rules } from './compare.ts';

/** Both must be of this kind; which one of it does not matter. */
export function kind(name: string, is: (value: unknown) => boolean): Rule {
  return {
    name,
    differences: (recorded, answered, at) => (is(recorded) && is(answered) ? [] : exactly(recorded, answered, at)),
  };
}

export const matching = (name: string, pattern: RegExp): Rule =>
  kind(name, (value) => typeof value === 'string' && pattern.test(value));

/** Both must come out equal from `of`. */
export function equalIn(name: string, of: (value: unknown) => unknown): Rule {
  return {
    name,
    differences: (recorded, answered, at) =>
      exactly(of(recorded), of(answered), at).length === 0 ? [] : exactly(recorded, answered, at),
  };
}

/** An instant as Zeebe and Spring write it: equal in its zone, and in whether it has more than milliseconds. */
export const instant = equalIn('instant', (value) => {
  const match =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{4,9})(Z|[+]00:?00)$/.exec(value);
  return match ? `${match[1]?.length === 3 ? 'milliseconds' : 'nanoseconds'} ${match[2]}` : value;
});
const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** As the search engines write it. */
export const engineUuid = matching('engine uuid', /^[\w-]{20,22}$/);
/** A position in the log: negative before the first record. */
export const position = equalIn('position', (value) =>
  Number.isInteger(value) ? (Number(value) < 0 ? value : 'position') : value,
);
export const anyPosition = kind('any position', Number.isInteger);
export const count = kind('count', (value) => Number.isInteger(value) && Number(value) >= 0);

const noExporter = '9223372036854775807';
/** ID of a broker snapshot: the same number of parts, the same broker, and exported nothing or something alike. */
export const snapshotId = equalIn('snapshot ID', (value) => {
  if (typeof value !== 'string' || !/^\d+(-\d+){3,4}$/.test(value)) return value;
  const [, , , exported, broker] = value.split('-');
  return [exported === noExporter ? noExporter : 'exported', broker].join(' ');
});

/** A text with addresses, engine uuids and uuids in it: equal apart from these. */
export const text = equalIn('text', (value) =>
  typeof value === 'string'
    ? value
        .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
        .replaceAll(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<uuid>')
        .replaceAll(/(?<=[/[ ])[\w-]{22}(?=[\], /])/g, '<engine uuid>')
    : value,
);

/** The same as the rule says, or null. */
export const orNull = (rule: Rule): Rule => ({
  name: `${rule.name} or null`,
  differences: (recorded, answered, at, compare) => {
    const one = recorded ?? answered;
    return rule.differences(one, answered ?? one, at, compare);
  },
});

/** A text that is equal once what matches is left out of both. */
export const textWithout = (...patterns: readonly RegExp[]): Rule => ({
  name: `text without ${patterns.join(', ')}`,
  differences: (recorded, answered, at, compare) => {
    const rest = (value: unknown): unknown =>
      typeof value === 'string' ? patterns.reduce((left, pattern) => left.replace(pattern, '…'), value) : value;
    return text.differences(rest(recorded), rest(answered), at, compare);
  },
});

/** Metrics as text: the lines of these metrics are the same, whatever else is there. */
export const metrics = (...names: readonly string[]): Rule =>
  equalIn(`metrics ${names.join(', ')}`, (value) =>
    typeof value === 'string'
      ? value
          .split('\n')
          .filter((line) => names.some((name) => line.startsWith(`${name}{`)))
          .toSorted()
          .join('\n')
      : value,
  );

/** An array whose order means nothing: items are paired by the given key. */
export const inAnyOrder = (key: string): Rule => {
  const keyOf = (item: unknown): string => (isObject(item) ? JSON.stringify(item[key]) : JSON.stringify(item));
  const sorted = (value: unknown): unknown =>
    Array.isArray(value) ? value.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) : value;
  return {
    name: `in any order of ${key}`,
    differences: (recorded, answered, at, compare) => compare(sorted(recorded), sorted(answered), at),
  };
};

/** Frames of Java: the first must have the same keys and types; the recordings were cut after it. */
export const stackTrace: Rule = {
  name: 'stack trace',
  differences: (recorded, answered, at) => {
    const shape = (value: unknown): unknown => {
      if (!Array.isArray(value) || !isObject(value[0])) return value;
      return JSON.stringify(
        Object.entries(value[0])
          .map(([key, each]) => `${key} ${each === null ? 'null' : typeof each}`)
          .toSorted(),
      );
    };
    return exactly(shape(recorded), shape(answered), at).length === 0 ? [] : exactly(recorded, answered, at);
  },
};

/** What may differ between two answers of the same management API. */
export const managementRules: Rules = {
  timestamp: instant,
  'clock.instant': instant,
  createdAt: instant,
  lastUpdatedAt: instant,
  startTime: instant,
  'build.time': instant,
  instance: equalIn('instance', (value) => (typeof value === 'string' && uuidPattern.test(value) ? 'uuid' : value)),
  message: text,
  localizedMessage: text,
  stackTrace,
  processedPosition: position,
  processedPositionInSnapshot: position,
  exportedPosition: position,
  checkpointPosition: position,
  snapshotId,
};
