import { defineConfig } from 'vitest/config';

const seconds = 1_000;

/** A Worker loads a native module and starts threads of its own, so test files run in processes. */
const project = (
  name: string,
  options: {
    readonly testTimeout: number;
    readonly globalSetup?: readonly string[];
  },
) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    testTimeout: options.testTimeout,
    hookTimeout: Math.max(options.testTimeout, 60 * seconds),
    globalSetup: [...(options.globalSetup ?? [])],
  },
});

const temporalServer = ['test/support/temporal-server.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    projects: [
      project('unit', { testTimeout: 10 * seconds }),
      project('architecture', { testTimeout: 60 * seconds }),
      project('fidelity', { testTimeout: 60 * seconds }),
      project('replay', { testTimeout: 60 * seconds }),
      project('integration', { testTimeout: 90 * seconds, globalSetup: temporalServer }),
      project('faults', { testTimeout: 180 * seconds, globalSetup: temporalServer }),
      // Only where there is a Chromium, by `npm run test:ui`.
      project('ui', { testTimeout: 120 * seconds }),
      // Needs what `npm run test:e2e` sets up.
      project('e2e', { testTimeout: 1_800 * seconds }),
    ],
    // Of test/support/side-by-side.ts.
    maxConcurrency: 4,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
