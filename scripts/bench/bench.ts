import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { ensureWatchSchedule, watchScheduleId } from '../../src/worker/watch-schedule.ts';
import { guard } from '../../src/parts/guard.ts';
import { startTemporal, type Temporal } from '../../src/parts/temporal.ts';
import { TASK_QUEUE } from '../../src/parts/worker.ts';
import { runRound } from './round.ts';
import type { Run } from './runs.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { requestTable, table } from './table.ts';

// `npm run bench`: how close a backup comes to the lower bound, beside the documented sequence. Ratios are printed, never asserted.
const startedAt = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`[bench] ${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${line}\n`);

// The parts die with this process, so nothing has to be stopped in order.
const interrupted = (): void => process.exit(130);
process.on('SIGINT', interrupted).on('SIGTERM', interrupted);

const options = readOptions();
if ('problem' in options) {
  process.stderr.write(`${options.problem}\n`);
  process.exitCode = 2;
} else {
  await bench(options);
}

interface Options {
  readonly chosen: readonly Scenario[];
  readonly repeat: number;
  readonly json: boolean;
}

async function bench({ chosen, repeat, json }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-bench-'));
  guard(`<${folder}`);
  let keep = true;
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
    keep = false;
    process.stdout.write(json ? asJson(chosen, runs) : asText(chosen, runs));
  } finally {
    await temporal?.stop();
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

function asJson(chosen: readonly Scenario[], runs: readonly Run[]): string {
  return `${JSON.stringify({ machine: machine(), scenarios: chosen, runs }, undefined, 2)}\n`;
}

function asText(chosen: readonly Scenario[], runs: readonly Run[]): string {
  const { cores, node } = machine();
  return `\n${table(chosen, runs)}\n\n${requestTable(chosen, runs)}\n\n${cores} cores, Node ${node}\n`;
}

function readOptions(): Options | { readonly problem: string } {
  const names = scenarios.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string', multiple: true, default: names },
        repeat: { type: 'string', default: '1' },
        output: { type: 'string', default: 'text' },
      },
    });
    const unknown = values.scenario.find((name) => !names.includes(name));
    if (unknown !== undefined) return { problem: `There is no scenario "${unknown}". Known: ${names.join(', ')}.` };
    if (!/^[1-9]\d?$/.test(values.repeat)) {
      return { problem: `--repeat must be a whole number from 1 to 99; got "${values.repeat}".` };
    }
    if (values.output !== 'text' && values.output !== 'json') {
      return { problem: `--output must be text or json; got "${values.output}".` };
    }
    return {
      chosen: scenarios.filter(({ name }) => values.scenario.includes(name)),
      repeat: Number(values.repeat),
      json: values.output === 'json',
    };
  } catch (error) {
    return {
      problem: `${error instanceof Error ? error.message : String(error)} Known: --scenario, --repeat, --output.`,
    };
  }
}
