import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

// A worker takes a bundle only from the very SDK version that it runs, so it is made with each build.
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const folder = resolve(process.argv[2] ?? path('../dist'));

const { code } = await bundleWorkflowCode({ workflowsPath: path('../src/workflows/index.ts') });
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'workflow-bundle.js'), code);
