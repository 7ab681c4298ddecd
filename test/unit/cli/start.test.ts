import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

test('npm start in a checkout that was not built says what to run', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));

  await expect(promisify(execFile)('sh', ['-c', scripts.prestart], { cwd: folder })).rejects.toMatchObject({
    code: 2,
    stderr: 'dist/worker.js is missing: run npm run build first.\n',
  });
});
