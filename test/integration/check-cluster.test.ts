import { expect } from 'vitest';
import { startHarness } from '../support/harness.ts';
import { seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const verification = 'POST /_snapshot/camunda/_verify';

test('a check of a cluster that was backed up finds the open ports alone, and changes nothing', async () => {
  await using h = await startHarness();
  const backup = await h.startBackup();
  await backup.result();
  const callsBefore = h.simulator.calls.length;

  const check = await h.start('checkCluster', { cluster: h.cluster });
  const result = await check.result();

  expect(result).toMatchObject({ cluster: h.cluster, ok: true, unlisted: 0 });
  expect(codes(result)).toEqual(['MANAGEMENT_PORT_OPEN']);
  const sent = h.simulator.calls.slice(callsBefore).map(({ method, path }) => `${method} ${path}`);
  expect(sent.filter((call) => !call.startsWith('GET '))).toEqual([verification]);
  expect(JSON.stringify(result).length).toBeLessThan(64 * 1024);
});

test('a check completes on a broken cluster, and tells all that is wrong', async () => {
  await using h = await startHarness({ simulator: { brokers: 3 } });
  const { cluster } = h.simulator;
  cluster.pauseByHand('soft');
  cluster.searchEngine.removeRepository('camunda');
  await cluster.brokers[2]?.stop();

  const check = await h.start('checkCluster', { cluster: h.cluster, verifyRepository: false });
  const result = await check.result();

  expect(result).toMatchObject({ ok: false });
  expect(codes(result)).toEqual([
    'ADDRESS_UNREACHABLE',
    'MANAGEMENT_PORT_OPEN',
    'PAUSE_OF_OTHERS',
    'REPOSITORY_MISSING',
    'WEB_APP_REPOSITORY_MISSING',
  ]);
  expect(h.simulator.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('a wrong input is refused with the allowed keys', async () => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start('checkCluster', { cluster: h.cluster, verify: true }));

  expect(seen).toBe('FAILED InvalidArgument: Unknown key "verify". Allowed keys: cluster, backupId, verifyRepository.');
});

function codes(result: unknown): readonly string[] {
  const findings: readonly { readonly code: string }[] = Object(result).findings;
  return [...new Set(findings.map(({ code }) => code))].sort((a, b) => (a < b ? -1 : 1));
}
