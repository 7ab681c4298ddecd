/**
 * A call to a store went wrong. Messages have the form "what failed: verb s3://bucket/key" and never hold a secret.
 */
export class BackupStoreError extends Error {
  override readonly name = 'BackupStoreError';
  /**
   * `unreachable`: no answer, or one that says "not now"; the same call can succeed later. `rejected`: credentials,
   * bucket or permission. `unexpected`: what lies there is not what belongs there.
   */
  readonly kind: StoreFailureKind;

  constructor(message: string, options: { readonly kind: StoreFailureKind; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
  }
}

export type StoreFailureKind = 'unreachable' | 'rejected' | 'unexpected';
