import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const run = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const demo = (...args: readonly string[]) => spawnSync(process.execPath, [run, 'demo', ...args], { encoding: 'utf8' });

test.each([
  {
    args: ['--ones'],
    problem: 'npm run demo does not know "--ones". Known: --once, --real, --plain, --quick, --help.\n',
  },
  {
    args: ['--real', '--quick'],
    problem: '--quick is for the simulated cluster; leave it out or leave --real out.\n',
  },
])('$args is refused with 2 before anything is set up', ({ args, problem }) => {
  const { status, stdout, stderr } = demo(...args);

  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: problem });
});

test('--help names every flag', () => {
  const { status, stdout } = demo('--help');

  expect(status).toBe(0);
  expect([...stdout.matchAll(/^ {2}(--\w+)/gm)].map(([, flag]) => flag)).toEqual([
    '--once',
    '--real',
    '--plain',
    '--quick',
    '--help',
  ]);
});
