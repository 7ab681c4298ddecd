import { expect } from 'vitest';
import { startHarness } from '../support/harness.ts';
import { seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

test.each([
  ['an unknown key', { windowMs: 5 }, 'Unknown key "windowMs"'],
  ['an unknown key lists the allowed ones', { id: 5 }, 'Allowed keys: cluster, backupId, reason, requestedBy, labels'],
  ['a wrong value names it', { backupId: -4 }, '"backupId" must be an integer from 1 to 9007199254740991; got -4.'],
])('%s is refused at once', async (_title, input, sentence) => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.startBackup(input));

  expect(seen).toContain('FAILED InvalidArgument');
  expect(seen).toContain(sentence);
  expect(h.simulator.calls).toEqual([]);
});

test('an unknown cluster is refused with the configured ones', async () => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start('backupCluster', { cluster: 'prodd' }));

  expect(seen).toContain(`FAILED InvalidArgument`);
  expect(seen).toContain(`Cluster "prodd" is not configured on this worker. Configured: ${h.cluster}.`);
});

test('an unknown workflow type fails at once with the known ones', async () => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start('backupClutser', { cluster: h.cluster }));

  expect(seen).toBe(
    'FAILED InvalidArgument: Unknown workflow type "backupClutser". Known types: backupCluster, checkCluster, listBackups, resumeExporting, verifyBackup, watchExporting.',
  );
});
