import { z } from 'zod';
import { parseDuration } from '../model/durations.ts';
import { show } from './problems.ts';

/** Text of the file, not empty. */
export const Text = z
  .string({ error: (issue) => `must be text, not ${kindOf(issue.input)}; put it in quotes` })
  .min(1, 'is empty');

export const Flag = z.boolean({ error: (issue) => `must be true or false, not ${show(issue.input)}` });

export const NodeId = z
  .number({ error: (issue) => `must be a whole number from 0, not ${show(issue.input)}` })
  .int('must be a whole number')
  .min(0, 'must be 0 or above');

/** Text that matches a pattern; `rule` says in words what is allowed. */
export const textLike = (pattern: RegExp, rule: string) =>
  Text.refine((text) => pattern.test(text), { error: (issue) => `${show(issue.input)} is not allowed: ${rule}` });

export const oneOf = <const T extends readonly [string, ...string[]]>(allowed: T) =>
  z.enum(allowed, { error: (issue) => `must be one of ${allowed.join(', ')}, not ${show(issue.input)}` });

/** A duration with its range, in milliseconds. `never`, where it is allowed, becomes undefined. */
export const duration = (range: { readonly min: string; readonly max: string }) =>
  z
    .string({
      error: (issue) =>
        `must be a duration such as 30s, not ${typeof issue.input === 'number' ? `the number ${issue.input} without a unit` : kindOf(issue.input)}`,
    })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === undefined) return fail(context, `${show(text)} is not a duration; write 250ms, 30s, 15m, 6h or 2d`);
      if (ms < (parseDuration(range.min) ?? 0) || ms > (parseDuration(range.max) ?? 0)) {
        return fail(context, `${text} is outside ${range.min} to ${range.max}`);
      }
      return ms;
    });

/** "6h", "90s": the largest unit that needs no fraction, as one would write it. */
export function formatDuration(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** Scheme, host and port of an HTTP server, as an origin. Messages never show a URL that could hold credentials. */
export const ServerUrl = Text.transform((text, context) => {
  const shown = text.includes('@') ? 'the value' : show(text);
  if (!URL.canParse(text)) {
    return fail(context, `${shown} is not a URL; give scheme, host and port, as in http://zeebe-gateway:9600`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return fail(
      context,
      'holds credentials; take them out of the URL and give "auth" with passwordEnv or passwordFile instead',
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return fail(context, `${shown} must start with http:// or https://`);
  }
  if (url.search !== '' || url.hash !== '') return fail(context, `${shown} must not have a query or a fragment`);
  if (url.pathname !== '/') {
    return fail(context, `has a path; put it in "basePath: ${url.pathname.replace(/\/$/, '')}" and leave it out here`);
  }
  return url.origin;
});

/** A path prefix without its last slash; '' for none. */
export const BasePath = z
  .string({ error: (issue) => `must be a path such as /zeebe, not ${kindOf(issue.input)}` })
  .refine((text) => text === '' || /^\/[^\s?#]*$/.test(text), {
    error: (issue) => `${show(issue.input)} is not a path; write it as in /zeebe`,
  })
  .transform((text) => text.replace(/\/+$/, ''));

/** Reports a problem from within a transform. */
export function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a group of keys' : `a ${typeof value}`;
}
