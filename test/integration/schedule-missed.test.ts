import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startTemporal } from '../../scripts/real-parts/temporal.ts';
import { parseScheduleRequest } from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { listSchedules } from '../../src/schedules/list-schedules.ts';
import { readScheduleHealth } from '../../src/schedules/schedule-health.ts';

/** The shortest that the server takes. */
const catchUpMs = 10_000;

test('starts that the server was down for are counted as missed, later ones only as skipped while a run is open', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-missed-'));
  const dbFilename = join(folder, 'temporal.db');
  const first = await startTemporal({ folder, dbFilename });
  try {
    const created = await withClient(first.address, async (client) => {
      const outcome = await createOrUpdateSchedule(client, everySecond());
      await expect
        .poll(() => client.schedule.getHandle(outcome.scheduleId).describe(), { timeout: 20_000 })
        .toMatchObject({
          info: { numActionsTaken: 1 },
        });
      return client.schedule.getHandle(outcome.scheduleId).describe();
    });
    const [open] = created.info.runningActions;
    await first.kill('SIGKILL');
    const downSinceMs = Date.now();
    await sleep(catchUpMs + 3_000);
    const second = await startTemporal({ folder, dbFilename, port: Number(new URL(`http://${first.address}`).port) });
    try {
      await withClient(second.address, async (client) => {
        const health = async () => (await readScheduleHealth(client))[0];
        await expect.poll(health, { timeout: 20_000 }).toMatchObject({
          missed: expect.toSatisfy((count: number) => count >= 2),
          // The run from before the outage is still open: it had no worker.
          skippedOverlap: expect.toSatisfy((count: number) => count >= 1),
        });
        const { overdueSince = '' } = (await health()) ?? {};
        expect(Date.parse(overdueSince)).toBeLessThan(downSinceMs);
        expect(await listSchedules(client)).toMatchObject([
          { cluster: 'prod', started: 1, running: [open?.workflow.workflowId] },
        ]);
      });
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

function everySecond() {
  const parsed = parseScheduleRequest({
    cluster: 'prod',
    name: 'often',
    cron: ['* * * * * * *'],
    catchUp: `${catchUpMs / 1_000}s`,
    taskQueue: 'nobody-serves-it',
  });
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
