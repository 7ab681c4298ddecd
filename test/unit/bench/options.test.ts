import { expect, test } from 'vitest';
import { readOptions } from '../../../scripts/bench/options.ts';

test('without options it measures everything at its full size', () => {
  expect(readOptions([])).toMatchObject({ sets: { sets: 5_000, megabytes: 10_240 }, json: false });
  expect(readOptions([])).toHaveProperty('backups.length', 4);
});

test.each([
  { args: ['--only', 'sets', '--size', 'small'], backups: 0, sets: { sets: 150, megabytes: 512 } },
  { args: ['--only', 'backups'], backups: 4, sets: undefined },
  { args: ['--scenario', 'odd-up-to-8-7'], backups: 1, sets: undefined },
])('$args measures a part of it', ({ args, backups, sets }) => {
  expect(readOptions(args)).toMatchObject({ backups: { length: backups }, sets });
});

test.each([
  { args: ['--only', 'restores'], problem: '--only must be backups or sets; got "restores".' },
  { args: ['--size', 'huge'], problem: '--size must be full or small; got "huge".' },
  { args: ['--repeat', '0'], problem: '--repeat must be a whole number from 1 to 99; got "0".' },
  { args: ['--output', 'xml'], problem: '--output must be text or json; got "xml".' },
  { args: ['--scenario', 'night'], problem: 'There is no scenario "night".' },
  { args: ['--nights', '3'], problem: 'Known: --only, --scenario, --size, --repeat, --output.' },
])('$args is refused, with what would be right', ({ args, problem }) => {
  expect(readOptions(args)).toEqual({ problem: expect.stringContaining(problem) });
});
