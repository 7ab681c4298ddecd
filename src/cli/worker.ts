import { Command } from 'commander';
import type { CreateCommand } from './command.ts';

const description = [
  'Runs a worker: it takes the work of every cluster in the cluster file from Temporal, and keeps the watch that finds pauses which ',
  'nobody holds. The same as node dist/worker.js. The first Ctrl-C or SIGTERM ends it in order, the second kills it.',
].join('');

const examples = `
Examples:
  $ camunda-backup worker --cluster-file ./clusters.yaml
  $ TEMPORAL_ADDRESS=temporal-frontend:7233 CAMUNDA_BACKUP_LOG_FORMAT=json camunda-backup worker`;

/** `worker`; `run` does not come back before the worker has ended. */
export const createWorkerCommand =
  (run: () => Promise<void>): CreateCommand =>
  () =>
    new Command('worker')
      .summary('run a worker')
      .description(description)
      .addHelpText('after', examples)
      .action(() => run());
