import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('imports point down: what each folder may use is written in .dependency-cruiser.cjs', () => {
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

  const output = execFileSync(process.execPath, [cruise, 'src', '--config'], { cwd: root, encoding: 'utf8' });

  expect(output).toContain('no dependency violations found');
});

// The cruiser cannot tell type imports apart where the compiler has no API for it.
test.each([
  ['workflows', /from '\.\.\/activities\//, 'a value import would pull clients into the workflow sandbox'],
  ['config', /from '\.\.\/(clients|stores|runtime)\//, 'configuration describes clients and makes none'],
  ['cli', /from '\.\.\/workflows\//, 'a Workflow is started by its name, and its code stays in the worker'],
  ['activities', /from '@temporalio\/worker'/, 'activities must not load the native worker'],
])('%s imports only types from %s', (folder, where) => {
  const files = readdirSync(join(root, 'src', folder)).map((name) => join(root, 'src', folder, name));
  const imports = files.flatMap((file) => readFileSync(file, 'utf8').match(/^(?:import|export)[^;]*;/gm) ?? []);

  const found = imports.filter((statement) => where.test(statement));

  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((statement) => !/^(import|export) type /.test(statement))).toEqual([]);
});

test('the workflow bundle holds no client, no schema library and no Node module', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'src/workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
  });

  for (const name of ['backupCluster', 'takeBackup', 'watchExporting']) expect(code).toContain(name);
  expect(code).not.toMatch(/node_modules\/(undici|zod|yaml|lossless-json|@aws-sdk)\//);
  expect(code).not.toMatch(/external "node:/);
  expect(code).not.toMatch(/src\/(clients|stores|config|activities)\//);
});
