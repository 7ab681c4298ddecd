import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const shown = 10;

/** A reporter beside the usual one: the test files that took longest, to know where time can be won. */
export default function slowestFiles(): Reporter {
  return {
    onTestRunEnd(testModules) {
      const slowest = [...testModules].sort((a, b) => seconds(b) - seconds(a)).slice(0, shown);
      const rows = slowest.map((module) => `${seconds(module).toFixed(1).padStart(7)} s  ${nameOf(module)}`);
      process.stdout.write(`\nThe slowest of ${testModules.length} test files:\n${rows.join('\n')}\n`);
    },
  };
}

/** Of its tests and hooks, without the time to load it. */
const seconds = (module: TestModule): number => module.diagnostic().duration / 1_000;

const nameOf = ({ moduleId }: TestModule): string => relative(process.cwd(), moduleId);
