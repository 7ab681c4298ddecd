import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startTemporal } from '../../src/parts/temporal.ts';
import { parseScheduleRequest, type BackupSchedule } from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { listSchedules } from '../../src/schedules/list-schedules.ts';
import { readScheduleHealth } from '../../src/schedules/schedule-health.ts';
import { test } from '../support/side-by-side.ts';

/** The shortest that the server takes. */
const catchUpMs = 10_000;

const patiently = { timeout: 20_000 };

test('starts that the server was down for are counted as missed, later ones as skipped while a run is open', async ({
  expect,
}) => {
  let open = '';
  let downSinceMs = 0;

  await aroundAnOutage(schedule('* * * * * * *', `${catchUpMs / 1_000}s`), {
    before: async (client, { scheduleId }) => {
      const described = () => client.schedule.getHandle(scheduleId).describe();
      await expect.poll(described, patiently).toMatchObject({ info: { numActionsTaken: 1 } });
      open = (await described()).info.runningActions[0]?.workflow.workflowId ?? '';
    },
    downForMs: catchUpMs + 3_000,
    down: () => void (downSinceMs = Date.now()),
    after: async (client) => {
      const health = async () => (await readScheduleHealth(client))[0];
      await expect.poll(health, patiently).toMatchObject({
        missed: expect.toSatisfy((count: number) => count >= 2),
        skippedOverlap: expect.toSatisfy((count: number) => count >= 1),
      });
      expect(Date.parse((await health())?.overdueSince ?? '')).toBeLessThan(downSinceMs);
      expect(await listSchedules(client)).toMatchObject([{ cluster: 'prod', started: 1, running: [open] }]);
    },
  });
});

test('of all starts within the catch-up window that the server was down for, one is made', async ({ expect }) => {
  let upAgainMs = 0;

  await aroundAnOutage(schedule('*/5 * * * * * *', '1h'), {
    downForMs: 11_000,
    after: async (client) => {
      upAgainMs = Date.now();
      await expect
        .poll(() => listSchedules(client), patiently)
        .toMatchObject([{ started: 1, missed: 0, skippedOverlap: expect.toSatisfy((count: number) => count >= 1) }]);
      const [{ lastRun } = {}] = await listSchedules(client);
      expect(Date.parse(lastRun?.scheduledAt ?? '')).toBeLessThan(upAgainMs);
    },
  });
});

interface Outage {
  readonly before?: (client: Client, schedule: BackupSchedule) => Promise<void>;
  readonly downForMs: number;
  readonly down?: () => void;
  readonly after: (client: Client) => Promise<void>;
}

/** Creates the Schedule, kills the server that has it, and starts another on its file. No worker runs: what starts stays open. */
async function aroundAnOutage(wanted: BackupSchedule, { before, downForMs, down, after }: Outage): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-missed-'));
  const dbFilename = join(folder, 'temporal.db');
  const first = await startTemporal({ folder, dbFilename });
  try {
    await withClient(first.address, async (client) => {
      await createOrUpdateSchedule(client, wanted);
      await before?.(client, wanted);
    });
    await first.kill('SIGKILL');
    down?.();
    await sleep(downForMs);
    const second = await startTemporal({ folder, dbFilename, port: Number(new URL(`http://${first.address}`).port) });
    try {
      await withClient(second.address, after);
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function schedule(cron: string, catchUp: string): BackupSchedule {
  const request = { cluster: 'prod', name: 'often', cron: [cron], catchUp, taskQueue: 'nobody-serves-it' };
  const parsed = parseScheduleRequest(request);
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
