import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** The step that the work is in: `PREPARE`, `BACKUP_WEB_APPS`, ... */
export const currentStep = defineQuery<string>('currentStep');

/** Sets a later deadline for the pause that runs, counted from its declaration; answers the new deadline. */
export const extendPause = defineUpdate<{ readonly deadline: string }, [{ readonly maxPause: string }]>('extendPause');
