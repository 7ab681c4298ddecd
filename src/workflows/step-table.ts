import { describeDuration } from '../model/durations.ts';
import { framed } from '../model/web-ui-frame.ts';

/** One step of an operation and when it ran. */
export interface StepTimes {
  readonly step: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent while the step runs. */
  readonly endedAt?: string;
  readonly failed?: true;
}

const sentences: Readonly<Record<string, string>> = {
  LOOK_FOR_LEFT_PAUSE: 'Look for a pause that an earlier run left behind',
  PREPARE: 'Choose the backup ID',
  BACKUP_WEB_APPS: 'Back up the web applications',
  AWAIT_IN_STEP: 'Wait until exporters are in step, no other snapshot runs',
  PAUSE_EXPORTING: 'Pause exporting',
  SNAPSHOT_RECORDS: 'Snapshot the exported records',
  CHECK_PAUSE: 'Check that the pause holds',
  BACKUP_ZEEBE: 'Back up Zeebe',
  RESUME_EXPORTING: 'Resume exporting, read every replica',
  CLEAN_UP: 'Clean up after the backup that was ended, name the rest',
  PROVE: 'Read back and prove that the parts fit',
  RECORD: 'Write the record into the catalogue',
};

/** The Web UI draws no lines between columns, and shows an entity as it is written. */
const gap = '\u2003';

/** The steps as a page of their own. */
export const stepPage = (title: string, times: readonly StepTimes[], notes: readonly string[] = []): string =>
  framed([`### ${title}`, '', ...notes.flatMap((note) => [`**Warning:** ${note}`, '']), ...stepLines(times)]);

/**
 * The steps as Markdown for the Web UI, whether exporting is paused first, then the newest step: the rest is below the edge of a small frame.
 * Times are UTC, as everywhere in a history.
 */
export function stepLines(times: readonly StepTimes[]): readonly string[] {
  const rows = times.map(({ step, startedAt, endedAt, failed }) => {
    const took = endedAt === undefined ? '**running**' : between(startedAt, endedAt);
    const state = endedAt === undefined ? '▶' : failed === true ? '✗' : '✓';
    return `| ${state} | ${sentences[step] ?? step} | ${gap}${clock(startedAt)}${gap} | ${failed === true ? `**failed** after ${took}` : took} |`;
  });
  const [first] = times;
  return [
    ...pauseOf(times),
    `| | Step | ${first === undefined ? 'UTC' : `${gap}${first.startedAt.slice(0, 10)}, UTC${gap}`} | Took |`,
    '| --- | :-- | --- | :-- |',
    ...rows.toReversed(),
  ];
}

function pauseOf(times: readonly StepTimes[]): readonly string[] {
  const paused = times.findLast(({ step }) => step === 'PAUSE_EXPORTING');
  if (paused === undefined) return [];
  const resumed = times.findLast(({ step, startedAt }) => step === 'RESUME_EXPORTING' && startedAt >= paused.startedAt);
  const since = `since ${clock(paused.startedAt)} UTC`;
  if (resumed === undefined) return [`**Exporting is paused** ${since}.`, ''];
  if (resumed.endedAt === undefined) return [`**Exporting is being resumed**; it was paused ${since}.`, ''];
  if (resumed.failed === true) return [`**Exporting is still paused** ${since}: the resume could not be verified.`, ''];
  return [`Exporting goes on. It was paused for ${between(paused.startedAt, resumed.endedAt)}.`, ''];
}

const clock = (iso: string): string => iso.slice(11, 19);

const between = (from: string, to: string): string => describeDuration(Date.parse(to) - Date.parse(from));
