import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Harness } from '../support/harness.ts';
import { startHarness } from '../support/harness.ts';
import { pageOf } from '../support/pages.ts';
import { reset } from '../support/reset.ts';
import { exportingEverywhere, gate, report, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** Somebody pauses in the middle of the activity's look at the brokers, which goes on then. */
async function pauseDuringLook(h: Harness, caller: RegExp, kind: 'soft' | 'hard'): Promise<void> {
  const look = gate();
  const held = h.simulator.fault(
    { component: 'broker', path: '/actuator/partitions', caller },
    { held: { released: look.opened } },
    { times: 1 },
  );
  await held.reached();
  h.simulator.cluster.pauseByHand(kind);
  look.open();
}

const exportingCalls = ({ simulator }: Harness): readonly string[] =>
  simulator.calls.filter(({ path }) => path.startsWith('/actuator/exporting')).map(({ path }) => path);

test.for(['soft', 'hard'] as const)(
  'a %s pause that somebody sets between the look for a left one and ours is left alone, and the backup says so',
  async (kind, { expect }) => {
    await using h = await startHarness({ env: { CAMUNDA_BACKUP_AWAIT_IN_STEP: '0s' } });
    const take = gate();
    const held = h.simulator.fault({ caller: /takeWebAppBackup/ }, { held: { released: take.opened } }, { times: 1 });
    const outer = await h.startBackup();
    await held.reached();
    h.simulator.cluster.pauseByHand(kind);
    take.open();

    const phase = kind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED';
    expect(await seenByUser(outer)).toMatch(
      new RegExp(`^FAILED FailedPrecondition: .*Somebody else paused exporting .*partition 1 on broker 0 was ${phase}`),
    );
    expect(h.simulator.cluster.phases().map((replica) => replica.phase)).toEqual([phase, phase]);
    expect(exportingCalls(h)).toEqual([]);
  },
);

test('a backup that waits for the end of such a pause completes when it is lifted', async ({ expect }) => {
  await using h = await startHarness({ env: { CAMUNDA_BACKUP_AWAIT_IN_STEP: '5m' } });
  const take = gate();
  const held = h.simulator.fault({ caller: /takeWebAppBackup/ }, { held: { released: take.opened } }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();
  h.simulator.cluster.pauseByHand('soft');
  const look = h.simulator.fault({ caller: /awaitInStep/ }, { delayMs: 0 });
  take.open();
  await look.reached(3);

  h.simulator.cluster.resumeByHand();

  expect((await outer.result()).warnings).toEqual([]);
});

test('a pause set in the moment before ours is named in the result and on the page: our resume lifts it', async ({
  expect,
}) => {
  await using h = await startHarness();
  const outer = await h.startBackup();

  await pauseDuringLook(h, /softPauseExporting/, 'hard');

  const { warnings, exporting } = await outer.result();
  const named =
    /^Somebody else paused exporting after this backup had begun and before its own pause: partition 1 on broker 0 was PAUSED; .*Our resume lifts it/;
  expect(warnings).toEqual([expect.stringMatching(named)]);
  expect(exporting.othersPauses).toEqual(warnings);
  expect(await pageOf(outer)).toContain('**Warning:** Somebody else paused exporting');
  expect(await pageOf(h.client.workflow.getHandle(h.lockId))).toContain('**Warning:** Somebody else paused exporting');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('such a pause is named in the failure, too, where the attempt fails later', async ({ expect }) => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED' });
  const outer = await h.startBackup({ attempts: 1 });

  await pauseDuringLook(h, /softPauseExporting/, 'soft');

  const error = await outer.result().catch((failure: unknown) => failure);
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  const words = /before its own pause: partition 1 on broker 0 was SOFT_PAUSED/;
  expect(cause).toMatchObject({ type: 'BackupFailed', message: expect.stringMatching(words) });
  expect(cause instanceof ApplicationFailure && cause.details).toMatchObject([
    { exporting: { othersPauses: [expect.stringMatching(words)] } },
  ]);
  expect(await pageOf(outer)).toContain('Somebody else paused exporting');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('and where the pause itself is refused', async ({ expect }) => {
  await using h = await startHarness();
  h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/pause' }, { status: 403 });
  const outer = await h.startBackup({ attempts: 1 });

  await pauseDuringLook(h, /softPauseExporting/, 'hard');

  expect(await seenByUser(outer)).toMatch(/before its own pause: partition 1 on broker 0 was PAUSED/);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a hard pause that somebody sets just before our resume is lifted and named', async ({ expect }) => {
  await using h = await startHarness();
  const outer = await h.startBackup();

  await pauseDuringLook(h, /resumeExporting/, 'hard');

  const { warnings, state } = await outer.result();
  expect(state).toBe('COMPLETED');
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Somebody else paused exporting hard while our soft pause held: partition 1 on broker 0 was PAUSED; .*Our resume lifts it/,
    ),
  ]);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('of a backup that is cancelled, which has no result, the memo of its work names it', async ({ expect }) => {
  await using h = await startPausedBackup();
  const child = h.client.workflow.getHandle(h.lockId);
  await h.outer.cancel();

  await pauseDuringLook(h, /resumeExporting/, 'hard');

  expect(await seenByUser(child)).toBe('CANCELLED');
  expect((await child.describe()).memo).toMatchObject({
    othersPauses: [expect.stringMatching(/^Somebody else paused exporting hard while our soft pause held: /)],
  });
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a hard pause over that of a run that was terminated is lifted by its recovery, and the failure names it', async ({
  expect,
}) => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 600_000 } });
  const taken = h.simulator.fault({ caller: /awaitZeebeBackup/ }, { delayMs: 0 });
  const outer = await h.startBackup();
  await taken.reached();
  h.simulator.cluster.pauseByHand('hard');

  await h.client.workflow.getHandle(h.lockId).terminate('by hand');

  expect(await seenByUser(outer)).toMatch(
    /^FAILED OperationTerminated: .*Somebody else paused exporting hard while our soft pause held: partition 1 on broker 0 was PAUSED/,
  );
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test.for(['awaitInStep', 'softPauseExporting'])(
  'reset of the child to %s: the pause of the run before is not taken for one of somebody else',
  async (scheduling, { expect }) => {
    await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 2_000 } });

    await reset(h, h.lockId, { scheduling });

    const seen = await seenByUser(h.outer);
    await exportingEverywhere(h.simulator);
    report(`reset child to ${scheduling}`, undefined, seen);
    expect(seen).not.toContain('Somebody else');
    expect(await pageOf(h.outer)).not.toContain('Somebody else');
  },
);
