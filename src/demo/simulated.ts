import { once } from 'node:events';
import { clusterLockId } from '../model/cluster-lock.ts';
import type { Evidence } from '../simulator/index.ts';
import { judge, words } from '../judge/index.ts';
import { temporalCli } from '../parts/temporal-cli.ts';
import { TASK_QUEUE } from '../parts/worker.ts';
import { killedInThePause, liftedPause, plainBackup, type Play } from './acts.ts';
import type { Ended } from './backup-act.ts';
import { followSteps } from './follow-steps.ts';
import { createScreen } from './screen.ts';
import { setStage, type Stage } from './stage.ts';
import { createTeller } from './teller.ts';
import { exitCodeOf, truths, type Judged, type Truth } from './truths.ts';
import { wrap } from './wrap.ts';

// `npm run demo`: a simulated Camunda 8.6 cluster at work and three backups of it. Stays up until Ctrl-C; with --once it ends.
const CLUSTER = 'demo';
const BROKERS = 3;
const PARTITIONS = 3;
const RECORDS_PER_SECOND = 200;
const flags = process.argv.slice(2);
const stayUp = !flags.includes('--once');
const pace = flags.includes('--quick') ? 0.2 : 1;
/** Of the command, its set-up included. */
const startedAtMs = Number(process.env['RUN_STARTED_AT'] ?? Date.now());

const screen = createScreen(process.stdout, { env: process.env, plain: flags.includes('--plain') });
const teller = createTeller({ screen, startedAtMs, fullBar: RECORDS_PER_SECOND * 15 });
const { style } = screen;

// The parts die with this process, so nothing has to be stopped in order.
const interrupted = (): void => process.exit(130);
process
  .on('SIGINT', interrupted)
  .on('SIGTERM', interrupted)
  .on('exit', () => screen.close());

let stage: Stage | undefined;
try {
  teller.headline(
    `A simulated Camunda 8.6.0 that holds data: ${BROKERS} brokers, ${PARTITIONS} partitions, Operate, Tasklist, Optimize`,
  );
  stage = await setStage({
    cluster: CLUSTER,
    simulator: {
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
    },
    started: (what) => teller.tell(`${what} is up`),
  });
  process.exitCode = exitCodeOf(await perform({ cluster: CLUSTER, stage, teller, pace }));
  if (stayUp) await stayUntilInterrupted(stage);
} catch (error) {
  process.exitCode = 1;
  teller.stop();
  screen.print(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
teller.stop();
const failed = process.exitCode !== 0;
await stage?.stop({ keep: failed });
if (stage && failed) screen.print(`The logs are kept in ${stage.folder}`);

/** Shows all acts and answers what was true of them. */
async function perform(play: Play): Promise<readonly Truth[]> {
  const { simulator } = play.stage;
  teller.follow(simulator.cluster, () => worker(play.stage));
  teller.headline('1. A backup, step by step');
  const plain = await plainBackup(play);
  const firstAfter = (Date.now() - startedAtMs) / 1000;
  teller.headline('2. The same, and its worker is killed in the pause');
  const killed = await killedInThePause(play);
  teller.headline('3. For comparison, one that must be refused: somebody lifts its pause');
  const lifted = await liftedPause(play);
  teller.stop();

  teller.headline('The judge restores each set from what was captured, and compares it with the true logs');
  const evidence = simulator.evidence();
  const shown = truths({
    replicas: simulator.cluster.phases().length,
    plain: { ...plain, judged: judged(evidence, plain, 'The first') },
    killed: { ...killed, judged: judged(evidence, killed, 'The one whose worker was killed') },
    lifted: { ...lifted, judged: judged(evidence, lifted, 'The one whose pause was lifted') },
  });
  teller.headline('What was shown');
  for (const truth of shown) screen.print(line(truth));
  screen.print();
  screen.print(
    plain.state === 'COMPLETED'
      ? `First completed backup after ${firstAfter.toFixed(1)} s.`
      : 'The first backup was not completed.',
  );
  return shown;
}

/** The judge sees what truly happened in the simulator, and no answer of an API. */
function judged(evidence: Evidence, { backupId }: Ended, which: string): Judged {
  if (backupId === undefined) {
    screen.print(`  ${which}: there is no set to judge`);
    return 'no set';
  }
  const verdict = judge(evidence, { backupId });
  screen.print(wrap(`  ${which}, ${backupId}: ${words(verdict).replaceAll('\n', '\n  ')}`));
  return verdict.consistent ? 'consistent' : 'not consistent';
}

function line({ what, holds, seen }: Truth): string {
  if (holds) return `  ${style('green', '✓')} ${what}`;
  return `  ${style('red', '✗')} ${what}: ${style('red', `NOT SO, but ${seen}`)}`;
}

function worker({ worker: part }: Stage): string {
  return part ? `process ${part.pid}` : style('red', 'none');
}

async function stayUntilInterrupted(at: Stage): Promise<void> {
  const { temporal, simulator, client } = at;
  const execute = `  ${temporalCli()} workflow execute --address ${temporal.address} \\`;
  const ofType = `    --task-queue ${TASK_QUEUE} --input '{"cluster":"${CLUSTER}"}' --type`;
  for (const text of [
    '',
    `Temporal Web UI: ${temporal.uiUrl}/namespaces/default/workflows`,
    'Take another backup:',
    execute,
    `${ofType} backupCluster`,
    'Pause exporting behind our back, and resume it:',
    `  curl -X POST '${simulator.urls.gateway}/actuator/exporting/pause?soft=true'`,
    execute,
    `${ofType} resumeExporting`,
    'Everything stays up until Ctrl-C.',
  ])
    screen.print(text);
  const follower = followSteps(client, {
    workflowIds: [clusterLockId(CLUSTER)],
    sinceMs: Date.now(),
    ended: (step) => teller.step(step),
  });
  teller.watch(follower);
  teller.follow(simulator.cluster, () => worker(at));
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  await follower.stop();
  teller.stop();
  screen.print();
  screen.print('Stopping everything.');
}
