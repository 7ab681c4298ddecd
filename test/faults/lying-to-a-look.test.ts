import { startHarness, type Harness } from '../support/harness.ts';
import { backedUp, testIndices, withStore } from '../support/looks.ts';
import { test } from '../support/side-by-side.ts';

const ran = async (h: Harness, type: string, input: object = {}) =>
  Object(await (await h.start(type, { cluster: h.cluster, ...input })).result());

test.for([
  ['is cut in its middle', 'cut-answer'],
  ['is a proxy’s page', 'html'],
  ['is a 200 with a 500 inside', { failureInside200: { message: 'timeout' } }],
] as const)(
  'where the answer about the snapshots %s no part is called missing, and nothing an orphan',
  async ([, fault], { expect }) => {
    await using h = await startHarness();
    const backupId = await backedUp(h);
    h.simulator.fault({ component: 'search-engine', path: /\/_snapshot\// }, fault);

    const list = await ran(h, 'listBackups');
    const verified = await ran(h, 'verifyBackup', { backupId });

    expect(list).toMatchObject({
      sets: [{ verdict: 'UNKNOWN', codes: ['ENGINE_UNREADABLE', 'NO_CATALOGUE'] }],
      orphans: [],
    });
    expect(verified).toMatchObject({
      verdict: 'UNKNOWN',
      reasons: [{ code: 'ENGINE_UNREADABLE' }, { code: 'NO_CATALOGUE' }],
    });
  },
);

test.for([
  ['is lost', 'drop-after-act'],
  ['is a 200 with a 500 inside', { failureInside200: { message: 'timeout' } }],
] as const)(
  'where Zeebe’s answer %s and no store is configured, its part is UNKNOWN and not missing',
  async ([, fault], { expect }) => {
    await using h = await startHarness();
    const backupId = await backedUp(h);
    h.simulator.fault({ component: 'gateway', path: /\/actuator\/backups/ }, fault);

    const list = await ran(h, 'listBackups');
    const verified = await ran(h, 'verifyBackup', { backupId });

    expect(list).toMatchObject({ sets: [{ backupId, verdict: 'UNKNOWN' }], orphans: [] });
    expect(verified).toMatchObject({
      verdict: 'UNKNOWN',
      reasons: [{ code: 'ZEEBE_UNREADABLE' }, { code: 'NO_CATALOGUE' }],
    });
  },
);

test('looks at the same moment see the same, and one of three brokers that is down changes nothing', async ({
  expect,
}) => {
  await using h = await startHarness({ simulator: { brokers: 3 }, catalogue: true });
  const backupId = await backedUp(h);
  await h.simulator.cluster.brokers[1]?.stop();

  const lists = await Promise.all([ran(h, 'listBackups'), ran(h, 'listBackups')]);
  const verified = await Promise.all([ran(h, 'verifyBackup', { backupId }), ran(h, 'verifyBackup', { backupId })]);

  for (const { sets } of lists) expect(sets).toMatchObject([{ backupId, verdict: 'PROVEN' }]);
  for (const result of verified) expect(result).toMatchObject({ verdict: 'PROVEN', reasons: [] });
});

test('a broker that goes down when exporting was resumed hinders neither the proof nor the record', async ({
  expect,
}) => {
  await using h = await startHarness({ simulator: { brokers: 3 }, catalogue: true });
  const held = h.simulator.fault({ caller: /proveBackup/ }, { hold: 'before-act' }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();

  await h.simulator.cluster.brokers[1]?.stop();
  held.release();

  const { warnings, catalogue } = await outer.result();
  expect(warnings).toEqual([]);
  expect((await h.catalogue.list(h.cluster)).map(({ key }) => key)).toEqual([catalogue?.key]);
});

test('an answer to the proof that is a 200 with a 500 inside is asked for again, and recorded once', async ({
  expect,
}) => {
  await using h = await startHarness({ catalogue: true });
  h.simulator.fault(
    { caller: /proveBackup/, component: 'gateway' },
    { failureInside200: { message: 'timeout' } },
    { times: 1 },
  );

  const { warnings, catalogue, failedAttempts } = await (await h.startBackup()).result();

  expect({ warnings, failedAttempts }).toEqual({ warnings: [], failedAttempts: [] });
  expect((await h.catalogue.list(h.cluster)).map(({ key }) => key)).toEqual([catalogue?.key]);
});

test('an object whose answer is lost is read again by the next attempt', async ({ expect }) => {
  await using h = await startHarness({ ...withStore, catalogue: true });
  const backupId = await backedUp(h);
  const lost = h.simulator.fault({ component: 'backup-store', path: /\/segments\// }, 'cut-answer', { times: 8 });

  const result = await ran(h, 'verifyBackup', { backupId, deep: true });

  expect(lost.hits).toBeGreaterThan(0);
  expect(result).toMatchObject({ verdict: 'PROVEN', contents: { filesRead: result.contents.files } });
});

test('a proxy’s page in place of the listing of the store is no listing, and nothing is called missing', async ({
  expect,
}) => {
  await using h = await startHarness({ ...withStore, catalogue: true });
  const backupId = await backedUp(h);
  h.simulator.fault({ component: 'backup-store', path: /list-type/ }, { status: 200, text: '<html>Welcome</html>' });

  const list = await ran(h, 'listBackups');
  const verified = await ran(h, 'verifyBackup', { backupId, deep: true });

  expect(list).toMatchObject({ sets: [{ verdict: 'UNKNOWN', codes: ['STORE_UNREADABLE'] }], orphans: [] });
  expect(verified).toMatchObject({ verdict: 'UNKNOWN', reasons: [{ code: 'STORE_UNREADABLE' }] });
});

test('a store that refuses an object leaves the set UNKNOWN, with its words', async ({ expect }) => {
  await using h = await startHarness({ ...withStore, catalogue: true });
  const backupId = await backedUp(h);
  h.simulator.fault(
    { component: 'backup-store', path: /\/segments\// },
    { status: 403, text: '<Error><Code>AccessDenied</Code></Error>' },
  );

  const result = await ran(h, 'verifyBackup', { backupId, deep: true });

  expect(result).toMatchObject({ verdict: 'UNKNOWN', reasons: [{ code: 'STORE_UNREADABLE' }] });
});

test.for([
  [
    'answers the restore with a 200 and a 500 inside',
    { method: 'POST', path: /_restore/ },
    { failureInside200: { message: 'timeout' } },
  ],
  [
    'does not tell of its nodes',
    { path: /_nodes|_cat\/nodes|_cat\/allocation/, caller: /testRestore/ },
    { status: 403, body: { error: { type: 'security_exception', reason: 'unauthorized' }, status: 403 } },
  ],
] as const)(
  'a test restore of an engine that %s takes nothing from the verdict but its certainty',
  async ([, match, fault], { expect }) => {
    await using h = await startHarness();
    const backupId = await backedUp(h);
    h.simulator.fault({ component: 'search-engine', ...match }, fault);

    const result = await ran(h, 'verifyBackup', { backupId, testRestore: true });

    expect(result).toMatchObject({
      verdict: 'UNKNOWN',
      reasons: [
        {
          code: 'TEST_RESTORE_NOT_ALLOWED',
          says: expect.stringMatching(/^the test restore did not come to its end: /),
        },
        { code: 'NO_CATALOGUE' },
      ],
      warnings: [],
    });
    expect(result).not.toHaveProperty('testRestored');
    expect(testIndices(h)).toEqual([]);
  },
);

test('test indices whose deletion is answered with a 200 and a 500 inside are named', async ({ expect }) => {
  await using h = await startHarness({ simulator: { restoreDurationMs: 20 } });
  const backupId = await backedUp(h);
  h.simulator.fault(
    { component: 'search-engine', method: 'DELETE', path: /camunda-backup-test/ },
    { failureInside200: { message: 'timeout' } },
  );

  const { verdict, warnings } = await ran(h, 'verifyBackup', { backupId, testRestore: true });

  expect(verdict).toBe('UNKNOWN');
  expect(warnings).toEqual([
    expect.stringMatching(/^indices camunda-backup-test-[0-9a-f]+-\* of the test restore may still be there /),
  ]);
  expect(testIndices(h)).not.toEqual([]);
});

test('two test restores of one backup at the same moment are in nobody’s way', async ({ expect }) => {
  await using h = await startHarness({ simulator: { restoreDurationMs: 20 } });
  const backupId = await backedUp(h);

  const [one, other] = await Promise.all([
    ran(h, 'verifyBackup', { backupId, testRestore: true }),
    ran(h, 'verifyBackup', { backupId, testRestore: true }),
  ]);

  expect(one.reasons).toEqual(other.reasons);
  expect(one).toMatchObject({ verdict: 'COMPLETE', reasons: [{ code: 'NO_CATALOGUE' }] });
  expect(one.testRestored).toEqual(other.testRestored);
  expect(testIndices(h)).toEqual([]);
});
