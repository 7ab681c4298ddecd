import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packAndInstall } from '../support/packed.ts';
import { exportingEverywhere, startPausedBackup } from '../support/scenario.ts';

const MB = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

test('the packed package installs, and its worker hands a paused backup to the next one at SIGTERM', async () => {
  await using packed = await packAndInstall();
  await using h = await startPausedBackup({
    worker: 'process',
    workerCommand: [join(packed.folder, 'node_modules/camunda-backup/dist/worker.js')],
    simulator: { zeebeBackupDurationMs: 12_000 },
    env: { CAMUNDA_BACKUP_SHUTDOWN_GRACE: '1s' },
  });
  const first = h.workerProcess;

  const toldMs = Date.now();
  await first?.kill('SIGTERM');
  const stoppedMs = Date.now() - toldMs;
  await h.startWorkerProcess();
  const { failedAttempts } = await h.outer.result();

  await exportingEverywhere(h.simulator);
  expect(first?.exitCode()).toBe(0);
  expect(failedAttempts).toEqual([]);
  const takes = h.simulator.calls.filter(({ method, path }) => method === 'POST' && path === '/actuator/backups');
  expect(takes.map(({ component }) => component).sort()).toEqual(['gateway', 'operate', 'tasklist']);
  expect(packed.files.filter((path) => !/^(dist|docs|examples)\/|^[A-Z]+(\.md)?$|^package\.json$/.test(path))).toEqual(
    [],
  );
  expect(packed.files).toContain('dist/workflow-bundle.js');
  expect(await packed.cli('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { tarballBytes, installedBytes, slimBytes } = packed;
  process.stdout.write(
    `npm pack: ${MB(tarballBytes)}; installed: ${MB(installedBytes)}; what the image copies: ${MB(slimBytes)}; SIGTERM to exit: ${stoppedMs} ms\n`,
  );
  expect(slimBytes).toBeLessThan(150e6);
}, 240_000);
