import { clusterLockId } from '../model/cluster-lock.ts';
import { TASK_QUEUE } from '../parts/worker.ts';
import { ensureTemporalCli } from '../setup/temporal.mjs';
import type { SimulatorOptions } from '../simulator/index.ts';
import { followSteps } from './follow-steps.ts';
import { perform, worker } from './performance.ts';
import { createScreen, type Output, type Screen } from './screen.ts';
import { setStage, type Stage } from './stage.ts';
import { createTeller, type Teller } from './teller.ts';
import { exitCodeOf } from './truths.ts';

export interface DemoOptions {
  /** Ends by itself instead of staying up until it is interrupted. */
  readonly once: boolean;
  /** Plain lines also on a terminal. */
  readonly plain: boolean;
  /** The steps of the simulated cluster last a fifth. */
  readonly quick: boolean;
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interrupted: AbortSignal;
  /** Where times count from, in milliseconds since the epoch: the start of the command, its set-up included. */
  readonly startedAtMs: number;
  /** How `camunda-backup` is called here. */
  readonly camundaBackup: string;
}

const CLUSTER = 'demo';
const BROKERS = 3;
const PARTITIONS = 3;
const RECORDS_PER_SECOND = 200;
const INTERRUPTED = 130;

/** A simulated Camunda 8.6 cluster at work and three backups of it. Answers the exit code: 0 only if everything that was shown held. */
export async function demo(options: DemoOptions): Promise<0 | 1> {
  const { once: endByItself, plain, quick, output, env, interrupted, startedAtMs } = options;
  // The parts die with this process, so nothing has to be stopped in order.
  const leave = (): void => process.exit(INTERRUPTED);
  interrupted.addEventListener('abort', leave);
  const temporalCli = await ensureTemporalCli();
  const screen = createScreen(output, { env, plain });
  process.once('exit', () => screen.close());
  const teller = createTeller({ screen, startedAtMs, fullBar: RECORDS_PER_SECOND * 15 });
  const pace = quick ? 0.2 : 1;

  let stage: Stage | undefined;
  let code: 0 | 1 = 1;
  try {
    teller.headline(
      `A simulated Camunda 8.6.0 that holds data: ${BROKERS} brokers, ${PARTITIONS} partitions, Operate, Tasklist, Optimize`,
    );
    stage = await setStage({
      cluster: CLUSTER,
      simulator: simulated(pace),
      temporalCli,
      started: (what) => teller.tell(`${what} is up`),
    });
    code = exitCodeOf(await perform({ cluster: CLUSTER, stage, teller, pace }, { screen, startedAtMs }));
    interrupted.removeEventListener('abort', leave);
    if (!endByItself) await stayUntilInterrupted(stage, { ...options, temporalCli, screen, teller });
  } catch (error) {
    code = 1;
    teller.stop();
    screen.print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    // Without a stage nobody can tell what has started.
    if (stage === undefined) process.exit(code);
  }
  teller.stop();
  await stage.stop({ keep: code !== 0 });
  if (code !== 0) screen.print(`The logs are kept in ${stage.folder}`);
  return code;
}

const simulated = (pace: number): SimulatorOptions => ({
  version: '8.6.0',
  brokers: BROKERS,
  partitions: PARTITIONS,
  optimize: true,
  recordsPerSecond: RECORDS_PER_SECOND,
  initialRecords: 5_000,
  durations: {
    operateMs: 4_500 * pace,
    tasklistMs: 3_600 * pace,
    optimizeMs: 2_800 * pace,
    recordsMs: 2_500 * pace,
    zeebeMs: 4_000 * pace,
  },
  // So that the brokers' snapshots are young: the case in which a backup without a pause is broken.
  snapshotPeriodMs: 1_000,
});

interface Staying extends Pick<DemoOptions, 'camundaBackup' | 'interrupted'> {
  readonly temporalCli: string;
  readonly screen: Screen;
  readonly teller: Teller;
}

async function stayUntilInterrupted(stage: Stage, staying: Staying): Promise<void> {
  const { screen, teller, interrupted } = staying;
  for (const text of invitation(stage, staying)) screen.print(text);
  const follower = followSteps(stage.client, {
    workflowIds: [clusterLockId(CLUSTER)],
    sinceMs: Date.now(),
    ended: (step) => teller.step(step),
  });
  teller.watch(follower);
  teller.follow(stage.simulator.cluster, () => worker(stage, screen));
  await new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve());
  });
  await follower.stop();
  teller.stop();
  screen.print();
  screen.print('Stopping everything.');
}

function invitation({ temporal, simulator, clusterFile }: Stage, staying: Staying): readonly string[] {
  const { camundaBackup, temporalCli } = staying;
  const execute = `  ${temporalCli} workflow execute --address ${temporal.address} \\`;
  const ofType = `    --task-queue ${TASK_QUEUE} --input '{"cluster":"${CLUSTER}"}' --type`;
  return [
    '',
    `Temporal Web UI: ${temporal.uiUrl}/namespaces/default/workflows`,
    'The command line, in another terminal:',
    `  export TEMPORAL_ADDRESS=${temporal.address} CAMUNDA_BACKUP_CLUSTER_FILE=${clusterFile}`,
    `  ${camundaBackup} status ${CLUSTER}`,
    `  ${camundaBackup} backup ${CLUSTER}`,
    'Another backup by the Temporal CLI:',
    execute,
    `${ofType} backupCluster`,
    'Pause exporting behind our back, and resume it:',
    `  curl -X POST '${simulator.urls.gateway}/actuator/exporting/pause?soft=true'`,
    execute,
    `${ofType} resumeExporting`,
    'Everything stays up until Ctrl-C.',
  ];
}
