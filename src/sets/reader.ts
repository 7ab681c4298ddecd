import { withPatience } from '../clients/brokers.ts';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../clients/errors.ts';
import type { CallFailure, CallFailureKind, Read } from '../model/check-readings.ts';
import { BackupStoreError } from '../stores/errors.ts';

/** Makes one call within a bounded time: what goes wrong is part of the reading, not an error. */
export type Reader = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<Read<T>>;

const longestMessage = 400;

export function createReader(signal: AbortSignal, patienceMs: number): Reader {
  return async (call) => {
    const patience = withPatience(signal, patienceMs);
    try {
      return { value: await call(patience) };
    } catch (error) {
      // Only the end of the whole check ends it.
      if (signal.aborted) throw error;
      const failure = patience.aborted ? silent(patienceMs) : failureOf(error);
      return { failure: { ...failure, message: failure.message.slice(0, longestMessage) } };
    }
  };
}

const silent = (patienceMs: number): CallFailure => ({ kind: 'silent', message: `no answer within ${patienceMs} ms` });

function failureOf(error: unknown): CallFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RejectedError) {
    return { kind: rejectionKind(error.status), message, ...(error.type === undefined ? {} : { type: error.type }) };
  }
  if (error instanceof UnexpectedResponseError) return { kind: 'unexpected', message };
  if (error instanceof BackupStoreError) {
    return { kind: error.kind === 'unreachable' ? 'unreachable' : 'rejected', message };
  }
  if (error instanceof UnreachableError) return { kind: unreachableKind(error), message };
  throw error;
}

function rejectionKind(status: number): CallFailureKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 405) return 'path';
  return status >= 500 ? 'failing' : 'rejected';
}

/** By Node's names of the errors: OpenSSL's (`ERR_SSL_...`, `EPROTO`) and those of the verification of a certificate. */
function unreachableKind({ cause, message }: UnreachableError): CallFailureKind {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  if (/^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return 'tls';
  return /not within \d+ ms/.test(message) ? 'silent' : 'unreachable';
}
