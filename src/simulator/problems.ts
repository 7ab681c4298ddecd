import { z } from 'zod';

/** What is wrong with one value of an input. */
export interface Problem {
  /** Path of the value, as in `options.durations.zeebeMs`. */
  readonly where: string;
  readonly value: unknown;
  /** What would be allowed. */
  readonly allowed: string;
}

/** Reads an input, or tells everything that is wrong with it. */
export function readInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  root: string,
): { readonly data: T } | { readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { data: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, schema, input, root)) };
}

export const problemText = ({ where, value, allowed }: Problem): string =>
  `${where} is ${JSON.stringify(value) ?? 'missing'}; allowed: ${allowed}`;

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown, root: string): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const allowed = known.length === 0 ? 'no such key' : `these keys: ${known.join(', ')}`;
    return issue.keys.map((key) => problem([...issue.path, key], input, root, allowed));
  }
  return [problem(issue.path, input, root, allowedBy(issue))];
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `${issue.inclusive === true ? 'at most' : 'less than'} ${issue.maximum}`;
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(', ');
  return issue.message;
}

const problem = (path: readonly PropertyKey[], input: unknown, root: string, allowed: string): Problem => ({
  where: [root, ...path.map(String)].join('.'),
  value: path.reduce(valueAt, input),
  allowed,
});

const valueAt = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
