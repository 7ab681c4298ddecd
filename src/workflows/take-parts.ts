import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { BackupPart } from '../model/backup-order.ts';
import type { LeaderPosition } from '../model/cluster-facts.ts';
import type { BackupCourse } from '../model/proof.ts';
import { webAppNames, type WebApp } from '../model/web-apps.ts';
import type { Position } from '../model/zeebe.ts';
import { takes, waits } from './activity-policies.ts';
import { keepDisks, pauseState, type Attempt } from './backup-attempt.ts';
import { now } from './steps.ts';

/** An ID that nothing had at that moment. */
export interface OwnId {
  readonly backupId: number;
  readonly absentAt: string;
}

/** What the proof is told of the parts, filled as they are taken. */
export interface TakenParts {
  acknowledgedAtPause?: readonly LeaderPosition[];
  highestRecords?: Readonly<Record<number, Position>>;
  recordSnapshotUuid?: string;
  readonly webAppSnapshotUuids: Record<string, string>;
  readonly course: { -readonly [Time in keyof BackupCourse]?: BackupCourse[Time] };
  readonly fences: { readonly name: string; readonly broken: readonly string[] }[];
  /** What the last fence found otherwise than at the pause. */
  afterwards?: readonly LeaderPosition[];
}

/** How each part is taken and awaited. */
export const take: Readonly<Record<BackupPart, (attempt: Attempt, id: OwnId, taken: TakenParts) => Promise<void>>> = {
  WEB_APPS: takeWebApps,
  RECORDS: takeRecords,
  ZEEBE: takeZeebe,
};

async function takeWebApps(attempt: Attempt, id: OwnId, taken: TakenParts): Promise<void> {
  const { facts, steps } = attempt;
  taken.course.webAppsTakenAt = now();
  await steps.run('BACKUP_WEB_APPS', () =>
    allOrNone(
      facts.webApps.map(({ app }) => async () => {
        Object.assign(taken.webAppSnapshotUuids, await takeWebApp(attempt, app, id));
      }),
    ),
  );
  taken.course.webAppsWholeAt = now();
}

/** Returns the UUIDs of its snapshots. */
async function takeWebApp(
  attempt: Attempt,
  app: WebApp,
  { backupId, absentAt }: OwnId,
): Promise<Readonly<Record<string, string>>> {
  const { facts, began } = attempt;
  const name = webAppNames[app];
  const { scheduled } = await answered(attempt, app, () =>
    takes(facts.timing).takeWebAppBackup.executeWithOptions({ summary: `Take ${name} backup ${backupId}` }, [
      { facts, app, backupId, absentAt },
    ]),
  );
  began.webApps.push(app);
  const { uuids = {}, ...seen } = await waits(facts.timing).awaitWebAppBackup.executeWithOptions(
    { summary: `Await ${name} backup ${backupId}` },
    [{ facts, app, backupId, scheduled, ...pauseState(attempt) }],
  );
  keepDisks(attempt, seen);
  return uuids;
}

async function takeRecords(attempt: Attempt, { backupId }: OwnId, taken: TakenParts): Promise<void> {
  const { facts, steps, began } = attempt;
  const { highestRecords, uuid } = await steps.run('SNAPSHOT_RECORDS', async () => {
    began.records = true;
    const started = await answered(attempt, 'records', () =>
      takes(facts.timing).takeRecordSnapshot.executeWithOptions(
        { summary: `Take the snapshot of the exported records for backup ${backupId}` },
        [
          {
            facts,
            backupId,
            ...(taken.course.pausedAt === undefined ? {} : { pausedAt: taken.course.pausedAt }),
            ...(taken.acknowledgedAtPause === undefined ? {} : { acknowledgedAtPause: taken.acknowledgedAtPause }),
          },
        ],
      ),
    );
    const whole = await waits(facts.timing).awaitRecordSnapshot.executeWithOptions(
      { summary: `Await the record snapshot of backup ${backupId}` },
      [{ facts, backupId, ...pauseState(attempt) }],
    );
    keepDisks(attempt, whole);
    // Only the take checks the run's mark on the snapshot.
    return { ...whole, ...started };
  });
  taken.highestRecords = highestRecords;
  if (uuid !== undefined) taken.recordSnapshotUuid = uuid;
}

async function takeZeebe(attempt: Attempt, id: OwnId, taken: TakenParts): Promise<void> {
  const { facts, steps, began } = attempt;
  const { backupId, absentAt } = id;
  taken.course.zeebeTakenAt = now();
  await steps.run('BACKUP_ZEEBE', async () => {
    began.zeebeSent = true;
    await takes(facts.timing).takeZeebeBackup.executeWithOptions({ summary: `Take Zeebe backup ${backupId}` }, [
      { facts, backupId, absentAt },
    ]);
    began.zeebe = true;
    const whole = await waits(facts.timing).awaitZeebeBackup.executeWithOptions(
      { summary: `Await Zeebe backup ${backupId}` },
      [{ facts, backupId, ...pauseState(attempt) }],
    );
    keepDisks(attempt, whole);
  });
}

/** Keeps the part among those that may still appear until its take was accepted or refused. */
async function answered<T>({ began }: Attempt, part: WebApp | 'records', sendTake: () => Promise<T>): Promise<T> {
  const { unanswered } = began;
  const isAnswered = (): void => void unanswered.splice(unanswered.indexOf(part), 1);
  unanswered.push(part);
  try {
    const accepted = await sendTake();
    isAnswered();
    return accepted;
  } catch (error) {
    if (isRefusal(error)) isAnswered();
    throw error;
  }
}

/** The servers said no. After a time-out, or where nobody answered, the last call may be under way. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true;

/** Runs all side by side; the first failure cancels the others and is thrown when all have ended. */
async function allOrNone(works: readonly (() => Promise<void>)[]): Promise<void> {
  const scope = new CancellationScope();
  let first: { readonly error: unknown } | undefined;
  await scope.run(() =>
    Promise.all(
      works.map((work) =>
        work().catch((error: unknown) => {
          first ??= { error };
          scope.cancel();
        }),
      ),
    ),
  );
  if (first !== undefined) throw first.error;
}
