import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ensureWatchSchedule, watchScheduleId } from '../../src/worker/watch-schedule.ts';
import { guard } from '../../src/parts/guard.ts';
import { startTemporal, type Temporal } from '../../src/parts/temporal.ts';
import { TASK_QUEUE } from '../../src/parts/worker.ts';
import { readOptions, type Options } from './options.ts';
import { runRound } from './round.ts';
import type { Run } from './runs.ts';
import type { Scenario } from './scenarios.ts';
import { benchSets } from './sets/bench-sets.ts';
import { setTable } from './sets/set-table.ts';
import { requestTable, table } from './table.ts';

// `npm run bench`: how close a backup comes to the lower bound, beside the documented sequence, and what it takes to list and to read
// backups, beside the vendor's SDK. Ratios are printed, never asserted.
const startedAt = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`[bench] ${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${line}\n`);

// The parts die with this process, so nothing has to be stopped in order.
const interrupted = (): void => process.exit(130);
process.on('SIGINT', interrupted).on('SIGTERM', interrupted);

const options = readOptions(process.argv.slice(2));
if ('problem' in options) {
  process.stderr.write(`${options.problem}\n`);
  process.exitCode = 2;
} else {
  await bench(options);
}

async function bench({ backups, sets, repeat, json }: Options): Promise<void> {
  const runs = backups.length === 0 ? [] : await inFolder(true, (folder) => benchBackups(backups, repeat ?? 1, folder));
  const setRuns =
    sets === undefined
      ? []
      : await inFolder(false, (folder) => benchSets({ size: sets, repeat: repeat ?? 3, folder, say }));
  const { cores, node } = machine();
  const told = json
    ? `${JSON.stringify({ machine: machine(), scenarios: backups, runs, sets, setRuns }, undefined, 2)}\n`
    : [
        ...(runs.length === 0 ? [] : [table(backups, runs), requestTable(backups, runs)]),
        ...(sets === undefined ? [] : [setTable(sets, setRuns)]),
        `${cores} cores, Node ${node}\n`,
      ].join('\n\n');
  process.stdout.write(json ? told : `\n${told}`);
}

async function benchBackups(chosen: readonly Scenario[], repeat: number, folder: string): Promise<readonly Run[]> {
  let temporal: Temporal | undefined;
  try {
    temporal = await startTemporal({ folder });
    const connection = await Connection.connect({ address: temporal.address });
    const client = new Client({ connection });
    await pauseWatch(client);
    const runs: Run[] = [];
    for (let round = 1; round <= repeat; round += 1) {
      say(`round ${round} of ${repeat}: ${chosen.map(({ name }) => name).join(', ')}`);
      runs.push(...(await runRound({ scenarios: chosen, folder, temporal, client, say })));
    }
    await connection.close();
    return runs;
  } finally {
    await temporal?.stop();
  }
}

/** One of its own. It goes when all went well, and otherwise where more than logs is in it. */
async function inFolder<T>(keepLogs: boolean, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-bench-'));
  guard(`<${folder}`);
  let keep = keepLogs;
  try {
    const result = await work(folder);
    keep = false;
    return result;
  } finally {
    if (keep) {
      guard(`>${folder}`);
      say(`logs are kept in ${folder}`);
    } else rmSync(folder, { recursive: true, force: true });
  }
}

/** Its sweeps read the same clusters, and only the calls of the backup are to be counted. A worker leaves it paused. */
async function pauseWatch(client: Client): Promise<void> {
  await ensureWatchSchedule(client, { taskQueue: TASK_QUEUE, intervalMs: 86_400_000 });
  await client.schedule.getHandle(watchScheduleId(TASK_QUEUE)).pause('measuring');
}

function machine() {
  return { cores: availableParallelism(), node: process.version };
}
