import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const run = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const demo = (...args: readonly string[]) => spawnSync(process.execPath, [run, 'demo', ...args], { encoding: 'utf8' });

test('a flag of the simulated cluster is refused for the real one with 2, before anything is set up', () => {
  const { status, stdout, stderr } = demo('--real', '--quick');

  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'npm run demo -- --real does not take "--quick". It takes --real, --once, --help.\n',
  });
});

test('--help of the real one names every flag', () => {
  const { status, stdout } = demo('--real', '--help');

  expect(status).toBe(0);
  expect([...stdout.matchAll(/^ {2}(--\w+)/gm)].map(([, flag]) => flag)).toEqual(['--real', '--once', '--help']);
});
