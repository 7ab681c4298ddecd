import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../clients/errors.ts';
import { FailureType } from '../model/failures.ts';
import { BackupStoreError } from '../stores/errors.ts';
import { isTransient } from './wait.ts';

/** Activity failures are cut at 4 KiB by the server; a longer message would lose its type. */
const longestMessage = 1_500;

/** The only place that decides whether a client error is retried. */
export const createFailureInterceptor: ActivityInterceptorsFactory = ({ info: { attempt } }) => {
  const inbound: ActivityInboundCallsInterceptor = {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        throw toFailure(error, attempt);
      }
    },
  };
  return { inbound };
};

/** A proxy in between, or a server that just starts, answers in another shape for a moment. */
const mostAttempts = 4;

/** Client errors become failures of the public vocabulary; everything else passes unchanged. `attempt` counts from 1. */
export function toFailure(error: unknown, attempt: number): unknown {
  if (error instanceof UnreachableError) return retryable(error);
  if (error instanceof RejectedError) {
    return isTransient(error) ? retryable(error) : terminal(error, FailureType.CallRejected);
  }
  if (error instanceof BackupStoreError) {
    if (error.kind === 'unreachable') return retryable(error);
    return terminal(error, error.kind === 'rejected' ? FailureType.CallRejected : FailureType.UnexpectedResponse);
  }
  if (error instanceof UnexpectedResponseError) {
    return failure(error, FailureType.UnexpectedResponse, attempt >= mostAttempts);
  }
  return error;
}

/** The failure that an error becomes, with these details; what is no failure of ours stays as it is. */
export function withDetails(error: unknown, details: object): unknown {
  const mapped = toFailure(error, activityInfo().attempt);
  if (!(mapped instanceof ApplicationFailure)) return mapped;
  const { message, type, nonRetryable } = mapped;
  return ApplicationFailure.create({
    message,
    ...(type ? { type } : {}),
    nonRetryable: nonRetryable === true,
    details: [details],
  });
}

const failure = ({ message }: Error, type: string, nonRetryable: boolean): ApplicationFailure =>
  ApplicationFailure.create({ message: message.slice(0, longestMessage), type, nonRetryable });

const retryable = (error: Error): ApplicationFailure => failure(error, error.name, false);
const terminal = (error: Error, type: FailureType): ApplicationFailure => failure(error, type, true);
