import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { checkFindings } from '../../../src/model/check-findings.ts';
import { check, codesOf } from '../../support/check-world.ts';
import { wrongAddresses } from '../../support/misconfigurations/addresses.ts';
import {
  bucket,
  lifecycle,
  wrongEngines,
  wrongRepositories,
  wrongStores,
} from '../../support/misconfigurations/stores.ts';
import { usedIds } from '../../support/misconfigurations/used-ids.ts';
import { catalogueInS3, withCatalogue, wrongCatalogues } from '../../support/misconfigurations/catalogue.ts';
import { wrongZeebe } from '../../support/misconfigurations/zeebe.ts';

const misconfigurations = [
  ...wrongAddresses,
  ...wrongZeebe,
  ...wrongRepositories,
  ...wrongStores,
  ...wrongEngines,
  ...usedIds,
  ...wrongCatalogues,
];

const rows: string[] = [];
afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n${rows.length} misconfigurations\n`);
});

test.each([
  ['8.6 with one broker', {}],
  ['8.6 with three brokers', { brokers: 3 }],
  ['8.5', { version: '8.5.8' }],
  ['8.6 with Optimize', { optimize: true }],
  ['8.6 with OpenSearch', { searchEngine: { product: 'opensearch', version: '2.19.3' } }],
  ['8.6 with a bucket', { backupStore: { kind: 's3', bucket: 'zeebe', basePath: 'prod', accessKeyId: 'key' } }],
  ['8.8', { version: '8.8.0' }],
  ['8.8 with Optimize and three brokers', { version: '8.8.0', optimize: true, brokers: 3 }],
] as const)('nothing is found on a good %s', async (_title, simulator) => {
  const { result } = await check({ simulator });

  expect(result.findings).toEqual([]);
  expect(result.ok).toBe(true);
  expect(result.checked.map(({ check: name, outcome }) => [name, outcome])).toEqual(
    result.checked.map(({ check: name }) => [name, 'ok']),
  );
});

test.each(misconfigurations)('$title is found as $codes', async (misconfiguration) => {
  const { result } = await check(misconfiguration);

  expect(codesOf(result)).toEqual(misconfiguration.codes);
  expect(result.ok).toBe(misconfiguration.codes.every((code) => checkFindings[code].severity === 'warning'));
  expect(JSON.stringify(result)).not.toMatch(/nobody-guesses|another-password/);
  rows.push(`| ${misconfiguration.title} | ${misconfiguration.codes.join(', ')} | ${result.findings[0]?.seen} |`);
});

test.each([
  ['for another folder', 'logs/', {}],
  ['that the store does not tell', '', { status: 403 }],
])('a rule of the bucket %s is no finding', async (_which, prefix, answer) => {
  const { result } = await check({
    simulator: bucket,
    arrange: ({ fault }) =>
      fault({ component: 'backup-store', path: /[?&]lifecycle/ }, { status: 200, text: lifecycle(prefix), ...answer }),
  });

  expect(result.findings).toEqual([]);
});

test('what an own backup is just writing is no sign of another repository', async () => {
  const { result } = await check({
    lock: { open: { runId: 'a-run', workflowType: 'takeBackup', startedAt: '2026-11-21T08:00:00.000Z' } },
    arrange({ cluster, fault }) {
      cluster.operate.takeByHand(7);
      fault({ component: 'search-engine', path: /^\/_cat\/snapshots/ }, { status: 200, body: [] });
    },
  });

  expect(codesOf(result)).toEqual(['OPERATION_RUNNING']);
});

test('every code is found in some misconfiguration', () => {
  const found = new Set(misconfigurations.flatMap(({ codes }) => codes));
  expect(Object.keys(checkFindings).filter((code) => ![...found].some((each) => each === code))).toEqual([]);
});

test('whatever is wrong, nothing but GET is sent, and the verification of the repository', async () => {
  const { simulator } = await check({ simulator: { brokers: 3 } });
  const changing = simulator.calls.filter(({ method }) => method !== 'GET' && method !== 'HEAD');

  expect(changing.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /_snapshot/camunda/_verify']);
});

test('a good catalogue is read and written once a day, and with it nothing is found either time', async () => {
  const folder = await aFolder();
  const catalogued = { config: withCatalogue({ type: 'filesystem', basePath: folder }) };

  const results = [(await check(catalogued)).result, (await check(catalogued)).result];
  const days = results.map(({ checkedAt }) => checkedAt.slice(0, 10));

  for (const result of results) {
    expect(result.findings).toEqual([]);
    expect(result.checked).toContainEqual(
      expect.objectContaining({ check: 'catalogue', outcome: 'ok', seen: `${folder}, 0 records` }),
    );
  }
  const written = await readdir(folder, { recursive: true });
  expect(new Set(written)).toEqual(new Set(['prod', ...days.map((day) => `prod/writable-${day}`)]));
});

test('without the verification of the repository nothing is written to the catalogue', async () => {
  const folder = await aFolder();

  const { result } = await check({
    config: withCatalogue({ type: 'filesystem', basePath: folder }),
    input: { verifyRepository: false },
  });

  expect(result.checked).toContainEqual(
    expect.objectContaining({ check: 'catalogue', seen: `${folder}, 0 records, writing was not tried` }),
  );
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['S3 under the same path of another bucket', { bucket: 'other', basePath: 'prod' }],
  ['S3 in the same bucket, beside it', { bucket: 'zeebe', basePath: 'prod-catalogue' }],
])('a catalogue in %s lies apart', async (_title, place) => {
  const { result } = await check({ simulator: bucket, config: catalogueInS3(place) });

  expect(codesOf(result)).not.toContain('CATALOGUE_NOT_APART');
});

test('keys that may not read by what rules the bucket deletes are no finding, and it is said', async () => {
  const seen = async (arrange?: Parameters<typeof check>[0]['arrange']) => {
    const { result } = await check({ simulator: bucket, ...(arrange === undefined ? {} : { arrange }) });
    expect(result.findings).toEqual([]);
    return result.checked.find((each) => each.check === 'backupStore')?.seen;
  };

  expect(await seen()).toBe('S3 zeebe prod');
  expect(
    await seen(({ fault }) => fault({ component: 'backup-store', path: /[?&]lifecycle/ }, { status: 403, text: '' })),
  ).toBe('S3 zeebe prod; by what rules it deletes is not told to these keys');
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-check-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('without the verification of the repository nothing but GET is sent', async () => {
  const { simulator, result } = await check({ input: { verifyRepository: false } });

  expect(simulator.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(result.findings).toEqual([]);
});

test('all problems are found at once', async () => {
  const { result } = await check({
    simulator: { brokers: 3, diskBytes: 2 ** 30, managementUser: null },
    async arrange({ cluster }) {
      cluster.pauseByHand('soft');
      cluster.searchEngine.removeRepository('camunda');
      await cluster.setBackupStore('none');
      await cluster.brokers[2]?.stop();
    },
  });

  expect(codesOf(result)).toEqual([
    'ADDRESS_UNREACHABLE',
    'BACKUP_STORE_MISSING',
    'BROKER_DISK_FULL',
    'MANAGEMENT_PORT_OPEN',
    'PAUSE_OF_OTHERS',
    'REPOSITORY_MISSING',
    'WEB_APP_REPOSITORY_MISSING',
  ]);
});
