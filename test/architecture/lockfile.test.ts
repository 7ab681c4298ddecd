import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      // Some have a list.
      engines: z.object({ node: z.string().optional() }).optional().catch(undefined),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
const read = (path: string) =>
  lockFile.parse(JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))).packages;
const packages = read('package-lock.json');

test('the lock file holds the builds for every platform, or npm ci would refuse it (scripts/complete-lockfile.mjs adds them)', () => {
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const named = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));

  expect(named.filter((name) => !locked.has(name))).toEqual([]);
});

test.each(['package-lock.json', 'scripts/setup/azurite/package-lock.json'])('%s names no registry', (path) => {
  expect(Object.entries(read(path)).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('the server of Azure for tests is no dependency, and each of its packages has a checksum', () => {
  const tested = Object.entries(read('scripts/setup/azurite/package-lock.json')).filter(([path]) => path !== '');

  expect(Object.keys(packages)).not.toContain('node_modules/azurite');
  expect(tested.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
});

test('every dependency supports the oldest Node that we do', () => {
  const newer = Object.entries(packages).filter(
    ([, { engines, dev }]) => !dev && /^>=\s*2[1-9]/.test(engines?.node ?? ''),
  );

  expect(newer.map(([path]) => path)).toEqual([]);
});
