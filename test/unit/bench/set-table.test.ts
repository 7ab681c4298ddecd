import { expect, test } from 'vitest';
import { orderOf, type SetRun } from '../../../scripts/bench/sets/compare.ts';
import { setTable } from '../../../scripts/bench/sets/set-table.ts';

const run = (side: SetRun['side'], what: SetRun['what'], ms: number): SetRun => ({
  side,
  what,
  ms,
  cpuMs: ms / 2,
  peakBytes: 200 * 1_048_576,
  storeRequests: 20_000,
  otherRequests: side === 'product' ? 7 : 0,
  objects: 1,
  bytes: 1,
});

test('the ratio is that of the two runs of a round, and the figures are medians', () => {
  const runs = [
    run('product', 'list', 11_000),
    run('vendor', 'list', 10_000),
    run('vendor', 'list', 20_000),
    run('product', 'list', 18_000),
    run('product', 'list', 12_000),
    run('vendor', 'list', 12_000),
    run('product', 'deep', 5_000),
    run('vendor', 'deep', 10_000),
  ];

  const [, , list = '', listed = '', deep = ''] = setTable({ sets: 5_000, megabytes: 10_240 }, runs).split('\n');

  expect(list).toMatch(/list 5000 sets +\| camunda-backup +\| 12.0 s +\| 1.000 \(0.900 to 1.100\) +\| 6.0 s /);
  expect(listed).toMatch(/\| the SDK alone +\| 12.0 s +\| +\| 6.0 s +\| 200 MiB +\| 20000 +\| 0 +\|/);
  expect(deep).toMatch(/read 10240 MiB to the end +\| camunda-backup +\| 5.0 s +\| 0.500 +\|/);
});

test('each begins in turn', () => {
  expect([orderOf(1)[0], orderOf(2)[0], orderOf(3)[0]]).toEqual(['product', 'vendor', 'product']);
});
