import { once } from 'node:events';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { clusterLockId } from '../../src/model/cluster-lock.ts';
import type { backupCluster } from '../../src/workflows/backup-cluster.ts';
import { forceSnapshots, readPhases } from '../../src/parts/brokers.ts';
import { temporalCli } from '../../src/parts/temporal-cli.ts';
import { createOrders, startLoad } from '../real-parts/load.ts';
import { startStack, type Stack } from '../real-parts/stack.ts';
import { startWorker, TASK_QUEUE } from '../../src/parts/worker.ts';
import { followSteps, type EndedStep } from '../../src/demo/follow-steps.ts';
import { report } from './report.ts';

// `npm run demo -- --real`: a real Camunda 8.6 cluster at work, and one backup of it. Stays up until Ctrl-C; with --once it ends.
const CLUSTER = 'demo';
const INSTANCES_PER_SECOND = 8;
const stayUp = !process.argv.includes('--once');
const say = (line = ''): void => void process.stdout.write(`${line}\n`);

// The parts die with this process, so nothing has to be stopped in order.
const interrupted = (): void => process.exit(130);
process.on('SIGINT', interrupted).on('SIGTERM', interrupted);

say('Starting a real Camunda 8.6.0 cluster (about a minute):');
const stack = await startStack({
  cluster: CLUSTER,
  ui: true,
  onStarted: (part, seconds) => say(`  ${part} is up after ${seconds.toFixed(1)} s`),
});
try {
  process.exitCode = (await demonstrate(stack)) ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
const failed = process.exitCode !== 0;
await stack.stop({ keep: failed });
if (failed) say(`Logs and data are kept in ${stack.folder}`);

async function demonstrate({ zeebe, temporal }: Stack): Promise<boolean> {
  const worker = await startWorker(stack, { clusterFile: stack.writeClusterFile() });
  const orders = createOrders(zeebe.gateway.restUrl);
  await orders.deploy();
  const load = startLoad(orders, INSTANCES_PER_SECOND);
  await load.reached(60);
  // So that a part of the data is in a broker snapshot: the case in which a backup without a pause would be broken.
  await forceSnapshots(zeebe.brokers);
  say(
    `\nInstances run: ${load.counts().started} started, ${load.counts().completed} jobs completed, and it goes on.\n`,
  );

  const connection = await Connection.connect({ address: temporal.address });
  const completed = await backUp(new Client({ connection }));
  const phases = await readPhases(zeebe.brokers);
  say(`\nExporting as the brokers tell it now: ${phases.join(', ')}`);
  const { started, completed: jobs, failedCalls } = load.counts();
  say(`Instances went on meanwhile: ${started} started, ${jobs} jobs completed, ${failedCalls} calls failed.`);
  await load.stop();
  await connection.close();
  if (stayUp) {
    say(`\nTemporal Web UI: ${temporal.uiUrl}/namespaces/default/workflows`);
    say('Take another backup:');
    say(`  ${temporalCli()} workflow execute --address ${temporal.address} --task-queue ${TASK_QUEUE} \\`);
    say(`    --type backupCluster --input '{"cluster":"${CLUSTER}"}'`);
    say('Everything stays up until Ctrl-C.');
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    say('\nStopping everything.');
  }
  await worker.stop();
  return completed && phases.every((phase) => phase.endsWith(' EXPORTING'));
}

async function backUp(client: Client): Promise<boolean> {
  const handle = await client.workflow.start<typeof backupCluster>('backupCluster', {
    taskQueue: TASK_QUEUE,
    workflowId: `backup-${CLUSTER}-${Date.now()}`,
    args: [{ cluster: CLUSTER, requestedBy: 'npm run demo', reason: 'demonstration' }],
  });
  say(`temporal workflow execute --type backupCluster --task-queue ${TASK_QUEUE} --input '{"cluster":"${CLUSTER}"}'`);
  say(`Web UI: ${stack.temporal.uiUrl}/namespaces/default/workflows/${handle.workflowId}`);
  const follower = followSteps(client, {
    workflowIds: [handle.workflowId, clusterLockId(CLUSTER)],
    began: (title) => say(`  ▶ ${title}`),
    ended: (step) => say(endLine(step)),
  });
  const [backup] = await Promise.allSettled([handle.result()]);
  await follower.stop();
  if (backup.status === 'fulfilled') {
    say(`\n${report(backup.value)}`);
    return backup.value.state === 'COMPLETED';
  }
  const error: unknown = backup.reason;
  if (!(error instanceof WorkflowFailedError)) throw error;
  say(`\nThe backup failed: ${error.cause?.message ?? error.message}`);
  return false;
}

function endLine({ title, seconds, completed, problem }: EndedStep): string {
  const took = `${completed ? '✓' : '✗'} ${title} (${seconds.toFixed(1)} s)`;
  return `  ${took}${problem === undefined ? '' : `: ${problem}`}`;
}
