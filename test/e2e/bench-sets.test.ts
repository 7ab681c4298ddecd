import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { benchSets } from '../../scripts/bench/sets/bench-sets.ts';

test('many sets are listed and a large one is read, by the product and by the SDK alone, with what it takes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));

  const runs = await benchSets({ size: { sets: 120, megabytes: 256 }, repeat: 1, folder, say: () => {} });

  const [list, sdkList, deep, sdkDeep] = runs;
  expect(list).toMatchObject({ side: 'product', what: 'list', objects: 120 });
  expect(sdkList).toMatchObject({ side: 'vendor', what: 'list', objects: 480, otherRequests: 0 });
  expect(deep?.bytes).toBeGreaterThan(256 * 1_048_576);
  expect(sdkDeep?.bytes).toBeGreaterThanOrEqual(deep?.bytes ?? Number.NaN);
  // Each manifest and each record once, and little beside them.
  expect(list?.storeRequests).toBeGreaterThanOrEqual(480);
  expect(list?.storeRequests).toBeLessThan(540);
});
