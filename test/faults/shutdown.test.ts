import { expect } from 'vitest';
import { startHarness, type Harness } from '../support/harness.ts';
import { exportingEverywhere, gate, report } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** A call that a test holds is neither given up nor judged as late. */
const patient = {
  CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '20s',
  CAMUNDA_BACKUP_PAUSE_DEADLINE: '30s',
  CAMUNDA_BACKUP_GATEWAY_TIMEOUT: '100ms',
};

const calls = [
  { name: 'the pause', path: '/actuator/exporting/pause' },
  { name: 'the resume', path: '/actuator/exporting/resume' },
];

for (const { name, path } of calls) {
  test(`a worker that is told to stop while ${name} is in flight waits for its answer; the next one goes on`, async () => {
    await using h = await startHarness({
      worker: 'process',
      env: { ...patient, CAMUNDA_BACKUP_SHUTDOWN_GRACE: '20s', CAMUNDA_BACKUP_SHUTDOWN_FORCE: '25s' },
    });
    const answer = gate();
    const held = h.simulator.fault(
      { component: 'gateway', method: 'POST', path },
      { held: { released: answer.opened } },
      { times: 1 },
    );
    const backup = await h.startBackup();
    await held.reached();
    const first = h.workerProcess;

    const gone = first?.kill('SIGTERM');
    await stopping(h);
    const answeredMs = Date.now();
    answer.open();
    await gone;

    report(`SIGTERM during ${name}: from its answer to the exit`, Date.now() - answeredMs, `exit ${first?.exitCode()}`);
    expect(first?.exitCode()).toBe(0);
    const sent = posts(h, path).length;
    await h.startWorkerProcess();
    expect((await backup.result()).failedAttempts).toEqual([]);
    // Its answer was kept: nobody asks again.
    expect(posts(h, path)).toHaveLength(sent);
    expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  });
}

test('a pause call is waited for whatever the grace, until its own deadline, and the next worker pauses again', async () => {
  await using h = await startHarness({
    worker: 'process',
    env: { ...patient, CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '3s', CAMUNDA_BACKUP_SHUTDOWN_GRACE: '0s' },
  });
  const landing = gate();
  const path = '/actuator/exporting/pause';
  const held = h.simulator.fault({ component: 'gateway', path }, { held: { released: landing.opened } }, { times: 1 });
  const backup = await h.startBackup();
  await held.reached();
  const first = h.workerProcess;

  const toldMs = Date.now();
  await first?.kill('SIGTERM');

  report('SIGTERM during the pause, no grace, no answer', Date.now() - toldMs, `exit ${first?.exitCode()}`);
  expect(first?.exitCode()).toBe(0);
  expect(Date.now() - toldMs).toBeGreaterThan(2_000);
  landing.open();
  await h.startWorkerProcess();
  expect((await backup.result()).failedAttempts).toEqual([]);
  expect(posts(h, path)).toHaveLength(2);
  await exportingEverywhere(h.simulator);
});

/** The worker takes nothing new, as it logs. */
async function stopping({ workerProcess }: Harness): Promise<void> {
  await expect
    .poll(() => workerProcess?.output() ?? '', { timeout: 10_000, interval: 20 })
    .toContain('"state":"STOPPING"');
}

const posts = ({ simulator }: Harness, path: string) =>
  simulator.calls.filter(
    (call) => call.component === 'gateway' && call.method === 'POST' && call.path.startsWith(path),
  );
