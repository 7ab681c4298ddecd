import type { SimulatedCluster } from '../simulator/index.ts';
import type { OpenStep } from './follow-steps.ts';
import type { Screen } from './screen.ts';

type Style = Screen['style'];

export interface View {
  readonly nowMs: number;
  readonly cluster: Pick<SimulatedCluster, 'positions' | 'phases' | 'pausedSince'>;
  readonly steps: readonly OpenStep[];
  /** What is said of the worker. */
  readonly worker: string;
  /** So many records that are not acknowledged fill the bar. */
  readonly fullBar: number;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SPIN_MS = 100;
const BAR_WIDTH = 24;

/** The steps that run and the cluster as it is now, as lines of a block. */
export function clusterView({ nowMs, cluster, steps, worker, fullBar }: View, style: Style): readonly string[] {
  const spin = spinner[Math.floor(nowMs / SPIN_MS) % spinner.length] ?? '';
  return [
    '',
    ...steps.map((step) => `  ${style('cyan', spin)} ${stepLine(step, nowMs, style)}`),
    ...(steps.length === 0 ? [] : ['']),
    style('dim', '  partition     log end    exported  acknowledged  not acknowledged: the log is kept'),
    ...cluster.positions.map((position) => positionLine(position, fullBar, style)),
    '',
    ...brokerLines(cluster, nowMs, style),
    `  worker     ${worker}`,
  ];
}

function stepLine({ title, sinceMs, pending }: OpenStep, nowMs: number, style: Style): string {
  const seconds = `${((nowMs - sinceMs) / 1000).toFixed(1)} s`;
  const { attempt = 1, seen, lost } = pending ?? {};
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  const what = lost === undefined ? seen : `waits for a worker: ${lost}`;
  return `${seconds.padStart(7)}  ${title}${again}${what === undefined ? '' : `  ${style('dim', what)}`}`;
}

function positionLine(position: SimulatedCluster['positions'][number], fullBar: number, style: Style): string {
  const { partition, log, written, acknowledged } = position;
  const kept = log - Math.max(acknowledged, 0);
  const filled = Math.min(Math.round((kept / fullBar) * BAR_WIDTH), BAR_WIDTH);
  const bar = `${style('yellow', '█'.repeat(filled))}${style('dim', '░'.repeat(BAR_WIDTH - filled))}`;
  const numbers = `${count(log, 12)}${count(written, 12)}${count(acknowledged, 14)}`;
  return `  ${String(partition).padEnd(9)}${numbers}  ${bar} ${kept.toLocaleString('en-US')}`;
}

const count = (position: number, width: number): string =>
  (position < 0 ? '-' : position.toLocaleString('en-US')).padStart(width);

function brokerLines(cluster: View['cluster'], nowMs: number, style: Style): readonly string[] {
  const phases = cluster.phases();
  const since = cluster.pausedSince();
  const lasting = since === undefined ? '' : ` for ${((nowMs - since) / 1000).toFixed(1)} s`;
  return [...new Set(phases.map(({ broker }) => broker))].map((broker) => {
    const own = phases.filter((each) => each.broker === broker);
    const groups = [...new Set(own.map(({ phase }) => phase))].map((phase) => {
      const partitions = own.filter((each) => each.phase === phase).map(({ partition }) => partition);
      const said = `${phase} on ${partitions.length === 1 ? 'partition' : 'partitions'} ${partitions.join(', ')}`;
      return phase === 'EXPORTING' ? style('green', said) : style('yellow', `${said}${lasting}`);
    });
    return `  broker ${broker}   ${groups.join('; ')}`;
  });
}
