import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

// A worker takes a bundle only from the very SDK version that it runs, so it is made with each build.
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const { code } = await bundleWorkflowCode({ workflowsPath: path('../src/workflows/index.ts') });
await writeFile(path('../dist/workflow-bundle.js'), code);
