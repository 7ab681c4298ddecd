import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const seconds = 1_000;

/** A Worker loads a native module and starts threads of its own, so test files run in processes. */
const project = (
  name: string,
  options: {
    readonly testTimeout: number;
    readonly files?: Files;
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
    ...options.files,
  },
});

/** How the test files of a project run. Without it each runs in a process of its own. */
interface Files {
  readonly isolate: false;
  readonly maxWorkers: number;
  readonly sequence: { readonly groupOrder: number };
}

/** A process for each processor, which runs one file after the other: loading the SDK anew takes longer than most files do. */
const turn = (groupOrder: number): Files => ({
  isolate: false,
  maxWorkers: availableParallelism(),
  sequence: { groupOrder },
});
/** Files that mostly compute. */
const first = turn(1);
/** Files with deadlines, which the others would take the time from. */
const second = turn(2);

const temporalServer = ['test/support/temporal-server.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    projects: [
      project('unit', { files: first, testTimeout: 10 * seconds }),
      project('architecture', { files: first, testTimeout: 60 * seconds }),
      project('fidelity', { files: first, testTimeout: 60 * seconds }),
      project('replay', { files: first, testTimeout: 60 * seconds }),
      project('integration', { testTimeout: 90 * seconds, files: second, globalSetup: temporalServer }),
      project('faults', { testTimeout: 180 * seconds, files: second, globalSetup: temporalServer }),
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
