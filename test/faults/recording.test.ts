import { startHarness, type Harness } from '../support/harness.ts';
import { replaceWorker, report } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** A backup that has begun to read what it records, and stands still. */
async function startRecording(h: Harness) {
  const templates = { caller: /proveBackup/, path: /_component_template/ };
  const held = h.simulator.fault(templates, { hold: 'before-act' }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();
  return { outer, held };
}

test('a worker killed while it records: another one proves again and writes one record, and the backup is COMPLETED', async ({
  expect,
}) => {
  await using h = await startHarness({ worker: 'process', catalogue: true });
  const { outer, held } = await startRecording(h);

  const killedMs = await replaceWorker(h);

  const { catalogue, warnings, failedAttempts } = await outer.result();
  report('SIGKILL of the worker while it records', Date.now() - killedMs, 'COMPLETED');
  held.release();
  expect({ warnings, failedAttempts }).toEqual({ warnings: [], failedAttempts: [] });
  const entries = await h.catalogue.list(h.cluster);
  expect(entries.map(({ key }) => key)).toEqual([catalogue?.key]);
});

test('exporting is verified as resumed before a record is begun, so that a catalogue that hangs keeps nothing paused', async ({
  expect,
}) => {
  await using h = await startHarness({ catalogue: true });
  const { outer, held } = await startRecording(h);

  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(memo).toHaveProperty('resumedVerifiedAt');
  held.release();
  expect((await outer.result()).warnings).toEqual([]);
});

test('a cancel while it records ends the backup at once', async ({ expect }) => {
  await using h = await startHarness({ catalogue: true });
  const { outer, held } = await startRecording(h);

  await outer.cancel();

  await expect(outer.result()).rejects.toThrow('Workflow execution cancelled');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  held.release();
});
