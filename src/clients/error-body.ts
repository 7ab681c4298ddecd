import { z } from 'zod';

/** What a server says about its no. */
export interface ErrorBody {
  /**
   * Which of the dialects it is. `spring` is the web framework speaking, not the application: an absent endpoint, a
   * wrong base path, an uncaught exception.
   */
  readonly dialect: 'spring' | 'problem' | 'application' | 'engine' | 'unknown';
  /** Machine-readable, where the dialect has one. */
  readonly type?: string;
  /** '' when the body has none. */
  readonly reason: string;
  /** Best short text for a message when there is no reason; '' when there is nothing at all. */
  readonly title: string;
  /** Where the body names the path that was asked for. */
  readonly path?: string;
}

/**
 * Reads the error bodies of Zeebe, Operate, Tasklist, Optimize, Elasticsearch and OpenSearch, and of Spring under the
 * first four.
 */
export function readErrorBody(body: unknown): ErrorBody {
  for (const [dialect, schema] of dialects) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return { dialect, ...parsed.data };
  }
  return { dialect: 'unknown', reason: '', title: typeof body === 'string' ? body.replaceAll(/\s+/g, ' ').trim() : '' };
}

const text = z.string().nullish();

const cause = z.object({ type: text, reason: text });

/**
 * `{error: {type, reason, root_cause, caused_by}, status}`; the reason alone can be as empty as "failed to create
 * repository".
 */
const engine = z
  .object({ error: z.object({ type: z.string(), reason: text, caused_by: cause.optional() }) })
  .transform(({ error }) => ({
    type: error.type,
    reason: [error.reason, error.caused_by?.reason].filter((part) => part).join(', caused by: '),
    title: error.type,
  }));

/** `{timestamp, status, error, path}`. */
const spring = z
  .object({ error: z.string(), path: z.string(), message: text })
  .transform(({ error, path, message }) => ({ reason: message ?? '', title: `${error} (${path})`, path }));

/** `{error: "no handler found for uri ..."}`, without a path. */
const engineText = z.object({ error: z.string() }).transform(({ error }) => ({ reason: error, title: error }));

/** Optimize: `{errorCode, errorMessage, detailedMessage}`. */
const optimize = z
  .object({ errorCode: text, errorMessage: text, detailedMessage: text })
  .refine((body) => Boolean(body.errorCode ?? body.errorMessage ?? body.detailedMessage))
  .transform((body) => ({
    ...typed(body.errorCode),
    reason: body.detailedMessage ?? body.errorMessage ?? '',
    title: body.errorCode ?? '',
  }));

/** RFC 9457: `{type, title, status, detail, instance}`. */
const problem = z.object({ title: z.string(), type: text, detail: text }).transform(({ title, type, detail }) => ({
  ...typed(type === 'about:blank' ? undefined : type),
  reason: detail ?? '',
  title,
}));

/** Zeebe's `{message}`; Operate's and Tasklist's `{status, message, instance, type?}`, whose message can be null. */
const application = z
  .object({ message: z.string().nullable(), type: text })
  .transform(({ message, type }) => ({ ...typed(type), reason: message ?? '', title: type ?? '' }));

const typed = (type: string | null | undefined): { readonly type?: string } => (type ? { type } : {});

const dialects = [
  ['engine', engine],
  ['spring', spring],
  ['engine', engineText],
  ['application', optimize],
  ['problem', problem],
  ['application', application],
] as const;
