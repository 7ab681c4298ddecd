import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('npm run simulator stays up with a cluster file that a worker reads, and ends with Ctrl-C', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-script-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'clusters.yaml');
  const options = JSON.stringify({ brokers: 3, backupStore: { kind: 's3', bucket: 'zeebe' } });
  const script = start(['--clusters', '2', '--prefix', 'try', '--options', options, '--cluster-file', file]);

  await expect.poll(() => script.output(), { timeout: 8_000 }).toContain('Up until Ctrl-C.');
  expect(script.output()).toContain('SIMULATOR_S3_ACCESS_KEY_ID');
  const text = await readFile(file, 'utf8');
  const { clusters } = loadConfig(
    { CAMUNDA_BACKUP_CLUSTER_FILE: file, SIMULATOR_S3_ACCESS_KEY_ID: 'any', SIMULATOR_S3_SECRET_ACCESS_KEY: 'any' },
    () => text,
  );
  expect(Object.keys(clusters)).toEqual(['try-1', 'try-2']);
  const control = /^Control: (\S+)/m.exec(script.output())?.[1] ?? '';
  expect(await (await fetch(`${control}/clusters`)).json()).toMatchObject([{ name: 'try-1' }, { name: 'try-2' }]);

  script.child.kill('SIGINT');
  expect(await script.exitCode).toBe(0);
});

test.each([
  [['--clusters', 'x'], '--clusters is "x"; allowed: a whole number from 1 to 1000'],
  [['--cluster'], "Unknown option '--cluster'"],
  [['--options', '{'], '--options is "{"; allowed: a JSON object'],
  [['--options', '{"brokers":0}'], 'options.brokers is 0; allowed: more than 0'],
])('npm run simulator refuses %j', async (args, message) => {
  const script = start(args);
  expect(await script.exitCode).toBe(1);
  expect(script.output()).toContain(message);
});

function start(args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'scripts/simulator.ts', ...args], {
    cwd: root,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
  const exitCode = once(child, 'close').then(([code]): unknown => code);
  return { child, output: () => output, exitCode };
}
