import { defineConfig } from 'vitest/config';

const seconds = 1_000;

/** A Worker loads a native module and starts threads of its own, so test files run in processes. */
const project = (
  name: string,
  options: {
    readonly testTimeout: number;
    readonly globalSetup?: readonly string[];
    /** Scenarios with a cluster, a task queue and a worker of their own spend their time waiting. */
    readonly sideBySide?: boolean;
  },
) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    testTimeout: options.testTimeout,
    hookTimeout: Math.max(options.testTimeout, 60 * seconds),
    globalSetup: [...(options.globalSetup ?? [])],
    sequence: { concurrent: options.sideBySide ?? false },
  },
});

const temporalServer = ['test/support/temporal-server.ts'];

export default defineConfig({
  test: {
    projects: [
      project('unit', { testTimeout: 10 * seconds }),
      project('architecture', { testTimeout: 60 * seconds }),
      project('fidelity', { testTimeout: 60 * seconds }),
      project('replay', { testTimeout: 60 * seconds }),
      project('integration', { testTimeout: 90 * seconds, globalSetup: temporalServer, sideBySide: true }),
      project('faults', { testTimeout: 180 * seconds, globalSetup: temporalServer, sideBySide: true }),
      // Needs what `npm run test:e2e` sets up.
      project('e2e', { testTimeout: 1_800 * seconds }),
    ],
    maxConcurrency: 4,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
