import { defineConfig } from 'vitest/config';

/** Unit tests without the build of the sources: most need none, and it takes longer than they do. */
export default defineConfig({
  test: { include: ['test/unit/**/*.test.ts'], pool: 'forks', isolate: false, testTimeout: 10_000 },
});
