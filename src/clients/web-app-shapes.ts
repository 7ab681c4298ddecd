import { z } from 'zod';
import type { WebAppBackup } from '../model/web-apps.ts';
import { freeText, present } from './wire.ts';

/** Operate's, Tasklist's and Optimize's account of one backup. */
export const webAppBackup = z
  .object({
    backupId: z.int(),
    // Optimize's documents say COMPLETE, its code COMPLETED.
    state: z.string().transform((state) => (state === 'COMPLETE' ? 'COMPLETED' : state)),
    failureReason: freeText.nullish(),
    details: z
      .array(z.object({ snapshotName: z.string(), state: z.string(), startTime: z.string().nullish() }))
      .nullish(),
  })
  .transform(({ backupId, state, failureReason, details }): WebAppBackup => ({
    backupId,
    state,
    ...present({ failureReason }),
    parts: (details ?? []).map(({ startTime, ...part }) => ({
      ...part,
      ...present({ startTime: instant(startTime) }),
    })),
  }));

/** The applications write the offset as "+0000", which is not ISO 8601. */
const instant = (text: string | null | undefined): string | undefined =>
  text?.replace(/([+-]\d\d)(\d\d)$/, '$1:$2').replace(/\+00:00$/, 'Z');
