import { cp, mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { guard } from '../../../src/parts/guard.ts';

/** A release that a worker process runs: ours, one with changed Workflows that knows the old ones, one that does not. */
export type Release = 'present' | 'next' | 'bad';

/** The folder of each release's compiled sources. */
export type Releases = Readonly<Record<Release, string>>;

/** Below node_modules, so that the compiled modules find the packages. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/camunda-backup/releases', import.meta.url));

/**
 * Makes two other releases of the one in `present`, the folder that `npm run build` fills: the same worker with other code for its Workflows.
 * They go when this process ends.
 */
export async function makeReleases(present: string): Promise<Releases> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'made-'));
  guard(`<${folder}`);
  const [next, bad] = await Promise.all([
    make(present, join(folder, 'next'), './releases/next.ts'),
    make(present, join(folder, 'bad'), './releases/bad.ts'),
  ]);
  return { present, next, bad };
}

async function make(present: string, folder: string, workflows: string): Promise<string> {
  await cp(present, folder, { recursive: true });
  const workflowsPath = fileURLToPath(new URL(workflows, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  await writeFile(join(folder, 'workflow-bundle.js'), code);
  return folder;
}
