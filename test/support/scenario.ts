import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { until } from '../../src/parts/until.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startHarness, type Harness, type HarnessOptions } from './harness.ts';

/** A Zeebe backup that goes on for longer than any scenario: what is done to the work is done in the pause. */
const untilFurtherNoticeMs = 600_000;

export interface PausedBackup extends Harness {
  readonly outer: Awaited<ReturnType<Harness['startBackup']>>;
}

/** A backup in the middle of its pause: the Zeebe backup runs, every replica is SOFT_PAUSED. */
export async function startPausedBackup(
  options: HarnessOptions & {
    readonly input?: Readonly<Record<string, unknown>>;
    readonly executionTimeout?: string;
  } = {},
): Promise<PausedBackup> {
  const h = await startHarness({
    ...options,
    simulator: { zeebeBackupDurationMs: untilFurtherNoticeMs, ...options.simulator },
  });
  const outer = await h.startBackup(options.input, options);
  await inPause(h.simulator);
  await awaitsZeebe(h);
  return Object.assign(h, { outer });
}

/** The take was answered and the wait runs: a reset to the last task repeats the wait, not the take. */
async function awaitsZeebe({ client, lockId }: Harness): Promise<void> {
  await until('the wait for the Zeebe backup', 20_000, async () => {
    const { raw } = await client.workflow.getHandle(lockId).describe();
    return (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'awaitZeebeBackup');
  });
}

export const inPause = ({ cluster }: Simulator): Promise<void> =>
  cluster.awaitState(
    (now) =>
      now.backups.some(({ state }) => state === 'IN_PROGRESS') &&
      now.phases().every(({ phase }) => phase === 'SOFT_PAUSED'),
  );

export const exportingEverywhere = ({ cluster }: Simulator): Promise<void> =>
  cluster.awaitState((now) => now.exportingEverywhere());

/** What the user who waits for the workflow sees: "COMPLETED", or the kind of end with type and message. */
export async function seenByUser(handle: WorkflowHandle): Promise<string> {
  try {
    await handle.result();
    return 'COMPLETED';
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    if (cause instanceof CancelledFailure) return 'CANCELLED';
    if (cause instanceof TerminatedFailure) return 'TERMINATED';
    if (cause instanceof TimeoutFailure) return 'TIMED_OUT';
    if (cause instanceof ApplicationFailure) return `FAILED ${cause.type ?? ''}: ${cause.message}`;
    throw error;
  }
}

/** Does the act and returns how long exporting stayed paused after it, in milliseconds. */
export async function clearedAfter(simulator: Simulator, act: () => Promise<unknown>): Promise<number> {
  const startedMs = Date.now();
  await act();
  await exportingEverywhere(simulator);
  return Date.now() - startedMs;
}

/** Kills the worker process and starts another one; returns when, in milliseconds since the epoch. */
export async function replaceWorker(h: Harness): Promise<number> {
  const killedMs = Date.now();
  await h.workerProcess?.kill('SIGKILL');
  await h.startWorkerProcess();
  return killedMs;
}

/** One row of the table of scenarios, in the test's output; `undefined` where no time after the act was measured. */
export function report(act: string, clearedMs: number | undefined, seen: string): void {
  const cleared = clearedMs === undefined ? 'not measured' : `${(clearedMs / 1_000).toFixed(1)} s`;
  process.stdout.write(`| ${act} | ${cleared} | ${seen.slice(0, 160)} |\n`);
}

/** How long exporting stayed paused after that moment (milliseconds since the epoch), by the simulator's own record. */
export function pausedAfter({ cluster }: Simulator, sinceMs: number): number {
  const resumedMs = cluster.pauses.at(-1)?.to;
  if (resumedMs === undefined) throw new Error('the last pause has not ended, or there was none');
  return Math.max(0, resumedMs - sinceMs);
}

/** At least one replica is paused. */
export const inAnyPause = ({ cluster }: Simulator): Promise<void> =>
  cluster.awaitState((now) => now.phases().some(({ phase }) => phase !== 'EXPORTING'));

/** A resume was verified, and goes on because a lost pause call may still land. */
export const lostPauseIsAwaited = ({ client, lockId }: Harness): Promise<boolean> =>
  until('a resume that waits for a lost pause call', 30_000, async () => {
    const { raw } = await client.workflow.getHandle(lockId).describe();
    const heartbeats = (raw.pendingActivities ?? []).flatMap(
      ({ heartbeatDetails }) => heartbeatDetails?.payloads ?? [],
    );
    return heartbeats.some(({ data }) => Buffer.from(data ?? '').includes('a lost pause call that may still land'));
  });

/** Something that a test lets happen when it wants. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
