import type { FailureType } from '../model/failures.ts';

/** A Schedule cannot be read or changed as asked, for a reason that the asker can cure. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly type: FailureType;

  constructor(type: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}
