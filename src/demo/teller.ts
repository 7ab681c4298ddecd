import type { SimulatedCluster } from '../simulator/index.ts';
import { clusterView } from './cluster-view.ts';
import type { EndedStep, StepFollower } from './follow-steps.ts';
import type { Screen } from './screen.ts';

export interface Teller {
  /** A headline, after an empty line. */
  headline(text: string): void;
  /** A line of something that happened, with the time of it: milliseconds since the epoch, now unless given. */
  tell(text: string, atMs?: number): void;
  /** A line of no weight. */
  note(text: string): void;
  step(step: EndedStep): void;
  /** Whose open steps the block shows. */
  watch(follower: StepFollower | undefined): void;
  /** Prints what is still kept back to be put in order. */
  flush(): void;
  /** Shows the cluster from now on and tells each change of the exporting phases. */
  follow(cluster: SimulatedCluster, worker: () => string): void;
  stop(): void;
}

export interface TellerOptions {
  readonly screen: Screen;
  /** Where times count from. */
  readonly startedAtMs: number;
  /** So many records that are not acknowledged fill a partition's bar. */
  readonly fullBar: number;
}

const LOOK_MS = 100;
/** Steps are heard of later than phases. */
const LATEST_MS = 500;

interface Told {
  readonly atMs: number;
  readonly text: string;
}

export function createTeller({ screen, startedAtMs, fullBar }: TellerOptions): Teller {
  let follower: StepFollower | undefined;
  let timer: NodeJS.Timeout | undefined;
  let kept: readonly Told[] = [];
  const { style } = screen;

  const printUpTo = (atMs: number): void => {
    const inOrder = kept.toSorted((one, other) => one.atMs - other.atMs);
    kept = inOrder.filter((told) => told.atMs > atMs);
    for (const told of inOrder.slice(0, inOrder.length - kept.length)) {
      const time = `${((told.atMs - startedAtMs) / 1000).toFixed(1)} s`.padStart(8);
      screen.print(`${style('dim', time)}  ${told.text}`);
    }
  };
  const flush = (): void => printUpTo(Infinity);
  const tell = (text: string, atMs = Date.now()): void => {
    kept = [...kept, { atMs, text }];
    if (timer === undefined) flush();
  };
  return {
    tell,
    flush,
    headline(text) {
      flush();
      screen.print();
      screen.print(style('bold', text));
    },
    note: (text) => tell(style('dim', text)),
    step({ title, endedMs, seconds, attempt, completed, problem }) {
      const took = `(${seconds.toFixed(1)} s${attempt > 1 ? `, attempt ${attempt}` : ''})`;
      const mark = completed ? style('green', '✓') : style('red', '✗');
      tell(`${mark} ${title} ${style('dim', took)}${problem === undefined ? '' : `: ${problem}`}`, endedMs);
    },
    watch(next) {
      follower = next;
    },
    follow(cluster, worker) {
      const lookAtPhases = createPhaseTeller(cluster, (text, atMs) => tell(style('yellow', text), atMs));
      timer = setInterval(() => {
        lookAtPhases();
        printUpTo(Date.now() - LATEST_MS);
      }, LOOK_MS);
      timer.unref();
      screen.block(() =>
        clusterView({ nowMs: Date.now(), cluster, steps: follower?.open ?? [], worker: worker(), fullBar }, style),
      );
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      flush();
      screen.block(undefined);
    },
  };
}

type Phases = Pick<SimulatedCluster, 'phases' | 'pauses' | 'positions'>;

/** Tells when all replicas are paused and when all export again; to be called again and again. */
export function createPhaseTeller(cluster: Phases, tell: (text: string, atMs: number) => void): () => void {
  let told = 'EXPORTING';
  let logAtPause = 0;
  const log = (): number => cluster.positions.reduce((sum, position) => sum + position.log, 0);
  return () => {
    const phases = cluster.phases();
    const [phase, ...others] = new Set(phases.map((each) => each.phase));
    if (phase === undefined || others.length > 0 || phase === told) return;
    told = phase;
    const { from, to } = cluster.pauses.at(-1) ?? { from: Date.now() };
    if (phase !== 'EXPORTING') {
      logAtPause = log();
      tell(`exporting is ${phase} on all ${phases.length} replicas`, from);
    } else if (to !== undefined) {
      const grown = (log() - logAtPause).toLocaleString('en-US');
      const lasted = `after ${((to - from) / 1000).toFixed(1)} s`;
      tell(`exporting goes on, ${lasted}, on all ${phases.length} replicas; the log grew by ${grown} records`, to);
    }
  };
}
