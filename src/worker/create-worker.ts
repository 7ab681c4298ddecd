import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { ActivityDeps } from '../activities/index.ts';
import { createFailureInterceptor } from '../activities/failures.ts';
import type { Config } from '../config/config.ts';
import { StartError } from './connect.ts';
import { createLiveDetailsCodec, type ReadWorkDetails } from './live-details.ts';
import { createLogFieldsInterceptor } from './log-fields.ts';

/** The code of the Workflows: a prebuilt bundle, or the module to bundle at the start; and whether it runs in a thread of its own. */
export type WorkflowSource = Pick<WorkerOptions, 'workflowBundle' | 'debugMode'> | Pick<WorkerOptions, 'workflowsPath'>;

/** A worker that runs all Workflows and Activities of this package. */
export function createWorker({
  config: { taskQueue, timing, worker },
  clusters,
  lock,
  connection,
  searchAttributes,
  workDetails,
  namespace,
  workflows = workflowSource(),
}: {
  readonly config: Pick<Config, 'taskQueue' | 'timing' | 'worker'>;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workDetails: ReadWorkDetails;
  readonly workflows?: WorkflowSource;
} & Pick<ActivityDeps, 'clusters' | 'lock' | 'searchAttributes'>): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    ...workflows,
    activities: createActivities({
      clusters,
      lock,
      timing,
      ...(searchAttributes === undefined ? {} : { searchAttributes }),
    }),
    dataConverter: { payloadCodecs: [createLiveDetailsCodec(workDetails)] },
    interceptors: { activity: [createFailureInterceptor, createLogFieldsInterceptor] },
    maxConcurrentActivityTaskExecutions: worker.maxConcurrentActivities,
    shutdownGraceTime: worker.shutdownGraceMs,
    shutdownForceTime: worker.shutdownForceMs,
    stickyQueueScheduleToStartTimeout: worker.stickyQueueTimeoutMs,
    maxHeartbeatThrottleInterval: worker.maxHeartbeatThrottleMs,
    // By default an error that is no Temporal failure, a defect, leaves the run hanging, and the cluster paused with it. 'Error' also
    // takes in non-determinism: after a bad deployment the work fails at once, and the Workflow that started it resumes.
    workflowFailureErrorTypes: { '*': ['Error'] },
  });
}

/** From `dist` the bundle that the build made, from the sources the module itself. */
function workflowSource(): WorkflowSource {
  if (import.meta.url.endsWith('.ts')) {
    return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
  }
  const codePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (!existsSync(codePath)) throw new StartError(`${codePath} is missing: run "npm run build".`);
  return { workflowBundle: { codePath } };
}
