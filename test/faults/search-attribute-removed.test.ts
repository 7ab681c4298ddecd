import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporalCli } from '../../src/parts/temporal-cli.ts';
import { startTemporal } from '../../src/parts/temporal.ts';
import type { SearchAttributeName } from '../../src/model/search-attributes.ts';
import { startHarness } from '../support/harness.ts';

test('exporting is resumed although its search attribute was removed in the pause, and the backup ends when it is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-search-attributes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const types: Partial<Record<SearchAttributeName, string>> = {
    CamundaBackupId: 'Int',
    CamundaPausedSince: 'Datetime',
  };
  const temporal = await startTemporal({ folder, searchAttributes: types });
  onTestFinished(() => temporal.stop());
  const operate = (...args: string[]): void => {
    const { status, stderr } = spawnSync(temporalCli(), [
      'operator',
      'search-attribute',
      ...args,
      '--address',
      temporal.address,
    ]);
    if (status !== 0) throw new Error(stderr.toString());
  };
  await using h = await startHarness({
    temporalAddress: temporal.address,
    simulator: { durations: { zeebeMs: 3_000 } },
  });
  const run = await h.startBackup({ attempts: 1 });
  await vi.waitUntil(() => !h.simulator.cluster.exportingEverywhere(), { timeout: 20_000 });
  operate('remove', '--name', 'CamundaPausedSince', '--yes');

  await vi.waitUntil(() => h.simulator.cluster.exportingEverywhere(), { timeout: 20_000 });
  const child = h.client.workflow.getHandle(h.lockId);
  const stuck = await vi.waitFor(
    async () => {
      const { pendingWorkflowTask } = (await child.describe()).raw;
      expect(pendingWorkflowTask?.attempt).toBeGreaterThan(1);
      return child.fetchHistory();
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(JSON.stringify(stuck)).toContain('CamundaPausedSince');
  operate('create', '--name', 'CamundaPausedSince', '--type', 'Datetime');

  expect(await run.result()).toMatchObject({ state: 'COMPLETED' });
});
