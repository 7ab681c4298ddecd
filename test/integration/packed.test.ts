import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packAndInstall, type PackedPackage } from '../support/packed.ts';
import { exportingEverywhere, startPausedBackup } from '../support/scenario.ts';

const MB = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

let packed: PackedPackage;
beforeAll(async () => {
  packed = await packAndInstall();
}, 240_000);
afterAll(() => packed?.[Symbol.asyncDispose]());

test('the packed package shows the demo, and everything in it is as claimed', async () => {
  const startedMs = Date.now();
  const { code, stdout } = await packed.cli('demo', '--once', '--quick');

  expect(stdout).not.toContain('NOT SO');
  expect(code).toBe(0);
  expect(stdout).toContain('The judge agrees: that set is not consistent');
  const [first] = /First completed backup after .*/.exec(stdout) ?? [];
  expect(first).toBeDefined();
  process.stdout.write(`From the package: ${first} All of the demo: ${Date.now() - startedMs} ms\n`);
}, 240_000);

test('without what an image leaves out, the worker hands a paused backup to the next one at SIGTERM', async () => {
  const slimBytes = await packed.slim();
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
  expect((await packed.cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await packed.cli('demo', '--once')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^This installation holds no demo: .*\n$/),
  });
  const { tarballBytes, installedBytes } = packed;
  process.stdout.write(
    `npm pack: ${MB(tarballBytes)}; installed: ${MB(installedBytes)}; what the image copies: ${MB(slimBytes)}; SIGTERM to exit: ${stoppedMs} ms\n`,
  );
  expect(slimBytes).toBeLessThan(150e6);
}, 240_000);
