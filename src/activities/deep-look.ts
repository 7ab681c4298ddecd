import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { parseShare, type VerifyBackupInput } from '../model/sets/requests.ts';
import { shareOfDay, type DeepLook } from '../sets/look-deep.ts';
import type { VerifySet } from '../sets/verify-set.ts';
import { contentGaps, contentProblems, type ContentFinding } from '../stores/content-findings.ts';
import type { Beat } from './heartbeat.ts';

/** A heartbeat that many files fill would be refused; what has no room is found again by a run of its own. */
const mostCarried = 30;

/**
 * A later attempt goes on behind the files that an earlier one has read, of the same backup, though another may be the latest now: their
 * order is the same each time.
 */
export function deepLook(
  { backupId: asked, read, seed }: VerifyBackupInput,
  beat: Beat,
): Required<Pick<VerifySet, 'backupId' | 'deep'>> {
  const { cancellationSignal: signal, info } = Context.current();
  const share = parseShare(read) ?? 1;
  const earlier = earlierLook(info.heartbeatDetails);
  const deep: DeepLook = {
    signal,
    onLost: 'throw',
    // By the first attempt, so that the part does not change at midnight.
    ...(share === 1
      ? {}
      : { share: shareOfDay({ share, atMs: info.scheduledTimestampMs, ...(seed === undefined ? {} : { seed }) }) }),
    ...(earlier === undefined ? {} : { before: earlier }),
    onProgress: ({ backupId, files, filesRead, bytes, bytesRead, problems }) =>
      beat({
        backupId,
        files,
        filesRead,
        bytes,
        bytesRead,
        problems: carried([...(earlier?.problems ?? []), ...problems]),
      }),
  };
  return { backupId: earlier?.backupId ?? asked, deep };
}

type Finding = Pick<ContentFinding, 'code' | 'says'>;

const Progress = z.object({
  backupId: z.int(),
  filesRead: z.int().nonnegative(),
  problems: z.array(z.object({ code: z.string(), says: z.string() })),
});

function earlierLook(details: unknown): (DeepLook['before'] & { readonly backupId: number }) | undefined {
  const { data } = Progress.safeParse(details);
  if (data === undefined) return undefined;
  const { backupId, filesRead } = data;
  const problems = data.problems.flatMap(({ code, says }) => (isContentCode(code) ? [{ code, says }] : []));
  return { backupId, filesRead, problems };
}

/** Many gaps of one kind say no more than one does, and leave no room for what contradicts. */
function carried(findings: readonly Finding[]): readonly Finding[] {
  const gaps = findings.filter(({ code }) => Object.hasOwn(contentGaps, code));
  const one = gaps.filter(({ code }, at) => gaps.findIndex((each) => each.code === code) === at);
  return [...one, ...findings.filter(({ code }) => !Object.hasOwn(contentGaps, code))].slice(0, mostCarried);
}

const isContentCode = (code: string): code is Finding['code'] =>
  Object.hasOwn(contentProblems, code) || Object.hasOwn(contentGaps, code);
