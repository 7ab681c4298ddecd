/**
 * The three ways a call can go wrong. Plain errors: the activity interceptor alone decides which of them are retried.
 * Messages have the form "what failed: METHOD url" and never hold a secret.
 */

/** No answer: refused, reset, timed out, cut in the middle. The call may have happened. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  /** Whether the request can have reached the server; false only when no connection was made. */
  readonly mayHaveHappened: boolean;

  constructor(message: string, options: { readonly mayHaveHappened: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.mayHaveHappened = options.mayHaveHappened;
  }
}

/**
 * The server answered no. The status alone means little (see the clients): `type` and `reason` are read from the body.
 */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  /** HTTP status, or the status inside the body where the API answers 200 with a verdict in it. */
  readonly status: number;
  /** Text of the body's message, bounded. Empty when the body had none. */
  readonly reason: string;
  /** Machine-readable type where the body has one (`snapshot_missing_exception`, `Invalid request`). */
  readonly type: string | undefined;

  constructor(message: string, answer: { readonly status: number; readonly reason: string; readonly type?: string }) {
    super(message);
    this.status = answer.status;
    this.reason = answer.reason;
    this.type = answer.type;
  }
}

/**
 * The answer is not what this client was written for: HTML from a proxy, an unknown shape, a body over the limit.
 * Not a subclass of the two above: the request worked, the answer was not what we expect.
 */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnexpectedResponseError';
}
