import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { parseScheduleRequest } from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { startHarness } from '../support/harness.ts';
import { monitored, monitoringUrl } from '../support/monitored.ts';
import { startPrometheus, withoutPrometheus } from '../support/prometheus.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});
const queries = Dashboard.parse(JSON.parse(read('examples/grafana-dashboard.json'))).panels.flatMap(
  ({ title, targets }) => targets.map(({ expr }) => ({ title, expr })),
);
/** What a minute shows in a day, it shows here in a second. */
const rules = read('examples/alerts.yaml').replaceAll(/\bfor: \w+/g, 'for: 3s');
const soon = { timeout: 30_000, interval: 100 };

test.skipIf(withoutPrometheus())(
  'in a real Prometheus each panel of the dashboard has data, nothing fires on a healthy cluster, and a pause by hand does',
  async () => {
    await using h = await startHarness({ worker: 'none' });
    const { cluster } = h;
    const parsed = parseScheduleRequest({ cluster, name: 'nightly', cron: ['0 3 * * *'], taskQueue: h.taskQueue });
    if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
    const { scheduleId } = await createOrUpdateSchedule(h.client, parsed.value);
    const workers = await Promise.all([h.startWorkerProcess(monitored), h.startWorkerProcess(monitored)]);
    await (await h.startBackup()).result();
    await (await h.start('checkCluster', { cluster })).result();
    await using prometheus = await startPrometheus(
      workers.map((worker) => new URL(monitoringUrl(worker)).host),
      rules,
    );

    await vi.waitFor(async () => {
      const empty: string[] = [];
      for (const { title, expr } of queries) {
        const asked = expr.replaceAll('$__rate_interval', '1m').replaceAll('$cluster', '.*');
        if ((await prometheus.query(asked)).length === 0) empty.push(title);
      }
      expect(empty).toEqual([]);
      expect(await prometheus.alerts()).toEqual([]);
      expect(await prometheus.brokenRules()).toEqual([]);
    }, soon);

    h.simulator.cluster.pauseByHand('hard');

    const mine = { alertname: 'CamundaExportingPausedByNobody', cluster, severity: 'critical' };
    const alert = (state: string) => expect.objectContaining({ state, labels: mine });
    await vi.waitFor(async () => expect(await prometheus.alerts()).toEqual([alert('pending')]), soon);
    await vi.waitFor(async () => expect(await prometheus.alerts()).toEqual([alert('firing')]), soon);
    const [fired] = await prometheus.alerts();
    expect(fired?.annotations['summary']).toBe(`Exporting of ${cluster} is paused and nobody who may is at work`);

    h.simulator.cluster.resumeByHand();

    await vi.waitFor(async () => expect(await prometheus.alerts()).toEqual([]), soon);

    for (const worker of workers) await worker.kill('SIGKILL');

    const none = { alertname: 'CamundaBackupNoWorker', job: 'camunda-backup', severity: 'critical' };
    await vi.waitFor(
      async () =>
        expect((await prometheus.alerts()).map(({ state, labels }) => ({ state, labels }))).toEqual([
          { state: 'firing', labels: none },
        ]),
      soon,
    );
    await h.client.schedule.getHandle(scheduleId).delete();
  },
);
