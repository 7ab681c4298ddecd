import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTemporal } from '../../src/parts/temporal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

/** One real Temporal dev server for all test files of a project; a test that kills its server starts its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-temporal-'));
  const temporal = await startTemporal({ folder });
  project.provide('temporalAddress', temporal.address);
  return async () => {
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
