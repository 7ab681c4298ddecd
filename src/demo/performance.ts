import { judge, words } from '../judge/index.ts';
import type { Evidence } from '../simulator/index.ts';
import { killedInThePause, liftedPause, plainBackup, type Play } from './acts.ts';
import type { Ended } from './backup-act.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';
import { truths, type Judged, type Truth } from './truths.ts';
import { wrap } from './wrap.ts';

interface Shown {
  readonly screen: Screen;
  /** Where times count from. */
  readonly startedAtMs: number;
}

/** Shows all acts and answers what was true of them. */
export async function perform(play: Play, { screen, startedAtMs }: Shown): Promise<readonly Truth[]> {
  const { teller } = play;
  const { simulator } = play.stage;
  teller.follow(simulator.cluster, () => worker(play.stage, screen));
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
    plain: { ...plain, judged: judged(screen, evidence, plain, 'The first') },
    killed: { ...killed, judged: judged(screen, evidence, killed, 'The one whose worker was killed') },
    lifted: { ...lifted, judged: judged(screen, evidence, lifted, 'The one whose pause was lifted') },
  });
  teller.headline('What was shown');
  for (const truth of shown) screen.print(line(truth, screen));
  screen.print();
  screen.print(
    plain.state === 'COMPLETED'
      ? `First completed backup after ${firstAfter.toFixed(1)} s.`
      : 'The first backup was not completed.',
  );
  return shown;
}

/** The judge sees what truly happened in the simulator, and no answer of an API. */
function judged(screen: Screen, evidence: Evidence, { backupId }: Ended, which: string): Judged {
  if (backupId === undefined) {
    screen.print(`  ${which}: there is no set to judge`);
    return 'no set';
  }
  const verdict = judge(evidence, { backupId });
  screen.print(wrap(`  ${which}, ${backupId}: ${words(verdict).replaceAll('\n', '\n  ')}`));
  return verdict.consistent ? 'consistent' : 'not consistent';
}

function line({ what, holds, seen }: Truth, { style }: Screen): string {
  if (holds) return `  ${style('green', '✓')} ${what}`;
  return `  ${style('red', '✗')} ${what}: ${style('red', `NOT SO, but ${seen}`)}`;
}

/** What is said of the worker. */
export function worker({ worker: part }: Stage, { style }: Screen): string {
  return part ? `process ${part.pid}` : style('red', 'none');
}
