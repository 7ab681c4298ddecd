import { expect, test } from 'vitest';
import { createDemo, type DemoFlags, type ShowDemo } from '../../../src/cli/demo.ts';
import { SetupError } from '../../../src/setup/process.mjs';
import { runCommand } from '../../support/cli.ts';

const showing = (show: ShowDemo) => createDemo(() => Promise.resolve(show));

test('the demo gets its flags and ends with 0 when everything held', async () => {
  const shown: DemoFlags[] = [];
  const show: ShowDemo = (_, flags) => {
    shown.push(flags);
    return Promise.resolve(true);
  };

  expect(await runCommand(showing(show), ['demo'])).toEqual({ code: 0, stdout: '', stderr: '' });
  await runCommand(showing(show), ['demo', '--once', '--plain', '--quick']);

  expect(shown).toEqual([
    { once: false, plain: false, quick: false },
    { once: true, plain: true, quick: true },
  ]);
});

test('a flag that does not exist is refused before anything is loaded', async () => {
  const { code, stderr } = await runCommand(
    createDemo(() => expect.fail('loaded')),
    ['demo', '--ones'],
  );

  expect(stderr).toContain("error: unknown option '--ones'\n(Did you mean --once?)");
  expect(code).toBe(2);
});

test('a demo that does not keep what it claims ends with 1', async () => {
  const { code } = await runCommand(
    showing(() => Promise.resolve(false)),
    ['demo'],
  );

  expect(code).toBe(1);
});

test('an installation without the demo says so in one sentence', async () => {
  const missing = Object.assign(new Error("Cannot find module 'dist/demo/demo.js'"), { code: 'ERR_MODULE_NOT_FOUND' });

  const { code, stderr } = await runCommand(
    createDemo(() => Promise.reject(missing)),
    ['demo'],
  );

  expect(stderr).toMatch(/^This installation holds no demo: .*\n$/);
  expect(code).toBe(1);
});

test('what only the user can cure is told without a stack', async () => {
  const problem = new SetupError('There is no Temporal CLI: install it.');

  expect(
    await runCommand(
      showing(() => Promise.reject(problem)),
      ['demo'],
    ),
  ).toEqual({ code: 1, stdout: '', stderr: 'There is no Temporal CLI: install it.\n' });
});
