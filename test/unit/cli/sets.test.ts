import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createList } from '../../../src/cli/list.ts';
import type { OpenSources } from '../../../src/cli/sets.ts';
import { createVerify } from '../../../src/cli/verify.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/index.ts';
import { createClusterClients } from '../../../src/worker/cluster-clients.ts';
import { runCommand, type CliRun } from '../../support/cli.ts';
import { clusterSection } from '../../support/cluster-section.ts';

const id = 1_795_229_500;

interface World extends AsyncDisposable {
  readonly simulator: Simulator;
  list(...args: readonly string[]): Promise<CliRun>;
  verify(...args: readonly string[]): Promise<CliRun>;
}

/** A simulated cluster that backed up everything by hand under `id`. Nobody listens at the address of Temporal. */
async function backedUp(sections: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const simulator = await startSimulator({ backupStore: { kind: 's3', bucket: 'zeebe' } });
  const { cluster } = simulator;
  cluster.operate.takeByHand(id);
  cluster.tasklist.takeByHand(id);
  await cluster.awaitState(({ operate, tasklist }) =>
    [operate, tasklist].every(({ backups }) => backups[0]?.state === 'COMPLETED'),
  );
  cluster.searchEngine.takeSnapshotByHand({
    repository: 'camunda',
    name: `camunda_zeebe_records_backup_${id}`,
    indices: 'zeebe-record_*',
  });
  await cluster.awaitState(({ snapshots }) => snapshots.every(({ state }) => state === 'SUCCESS'));
  cluster.takeZeebeBackupByHand(id);
  await cluster.awaitState(({ backups }) => backups[0]?.state === 'COMPLETED');
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-sets-'));
  const file = join(folder, 'clusters.yaml');
  await writeFile(file, JSON.stringify({ clusters: { prod: clusterSection(simulator), ...sections } }));
  const env = {
    CAMUNDA_BACKUP_CLUSTER_FILE: file,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SIMULATOR_S3_ACCESS_KEY_ID: 'key',
    SIMULATOR_S3_SECRET_ACCESS_KEY: 'a-secret-nobody-guesses',
  };
  return {
    simulator,
    list: (...args) => runCommand(createList(open), ['list', ...args], { env }),
    verify: (...args) => runCommand(createVerify(open), ['verify', ...args], { env }),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const open: OpenSources = async (cluster) => {
  const { clusters, close } = createClusterClients({
    clusters: { [cluster.name]: cluster },
    timing: { pauseCallTimeoutMs: 0 },
  });
  const [sources] = clusters;
  if (sources === undefined) throw new Error('no client was made');
  return { sources, close };
};

const components = async ({ cluster }: Simulator): Promise<void> => {
  await Promise.all([cluster.operate.stop(), cluster.tasklist.stop()]);
  for (const broker of cluster.brokers) await broker.stop();
};

test('a backup that was made by hand is listed as COMPLETE, in a table and as JSON', async () => {
  await using w = await backedUp();

  const { code, stdout } = await w.list('prod');
  const asJson = await w.list('prod', '--output', 'json');

  expect(stdout).toMatch(
    new RegExp(
      `^prod: 1 backup\nBACKUP +VERDICT +TAKEN +TOOK +ZEEBE +SIZE +PARTS +WHY\n` +
        `${id} +COMPLETE +\\S+Z +\\d[^ ]* m?s +8\\.6\\.0 +\\d[^ ]* [KM]?i?B +Zeebe 2/2, Operate 6/6, Tasklist 6/6, records 1/1 +NO_CATALOGUE: `,
    ),
  );
  expect(code).toBe(0);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    cluster: 'prod',
    total: 1,
    sets: [{ backupId: id, verdict: 'COMPLETE', codes: ['NO_CATALOGUE'] }],
    orphans: [],
  });
});

test('a page of the list is asked for by its length and the ID above it', async () => {
  await using w = await backedUp();
  w.simulator.cluster.takeZeebeBackupByHand(id + 1);
  await w.simulator.cluster.awaitState(({ backups }) => backups.every(({ state }) => state === 'COMPLETED'));

  const newest = await w.list('prod', '--limit', '1');
  const older = await w.list('prod', '--before', `${id + 1}`);

  expect(newest.stdout).toMatch(new RegExp(`^prod: 2 backups, 1 of them listed\n[^\n]*\n${id + 1} +INCOMPLETE`));
  expect(newest.stdout).toContain(`${id + 1}: Zeebe's backup and no snapshot`);
  expect(older.stdout).toMatch(new RegExp(`\n${id} +COMPLETE`));
});

test('a verification says what there is, every rule and every source', async () => {
  await using w = await backedUp();

  const { code, stdout, stderr } = await w.verify('prod', 'latest');

  expect(stdout).toMatch(new RegExp(`^Backup ${id} of prod: COMPLETE\n\n  COMPLETE NO_CATALOGUE\n`));
  expect(stdout).toMatch(/^Operate +8\.6\.0 +6 SUCCESS +6 +\d+ +\d[^ ]* [KM]?i?B +\S+Z +\S+Z$/m);
  expect(stdout).toMatch(/^Zeebe partition 2 +8\.6\.0 +COMPLETED +node 0 completed +- +\d[^ ]* [KM]?i?B +\S+Z +\S+Z$/m);
  expect(stdout).toMatch(/^holds +ZEEBE_COMPLETE +/m);
  expect(stdout).toMatch(/^backup store s3:\/\/zeebe +2 of 2 partitions completed, in 2 copies$/m);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

describe('on the worst day', () => {
  test('with every component of Camunda down the list is the same, and says who did not answer', async () => {
    await using w = await backedUp();
    await components(w.simulator);

    const { code, stdout, stderr } = await w.list('prod');

    expect(stdout).toMatch(new RegExp(`\n${id} +COMPLETE`));
    expect(stderr).toMatch(/^Operate: not read: /m);
    expect(code).toBe(0);
  });

  test('with the search engine down a backup is UNKNOWN, with 9, and the store says what it has', async () => {
    await using w = await backedUp();
    await components(w.simulator);
    await w.simulator.cluster.searchEngine.stop();

    const { code, stdout, stderr } = await w.verify('prod', `${id}`);

    expect(stdout).toMatch(/^ {2}UNKNOWN ENGINE_UNREADABLE$/m);
    expect(stdout).toMatch(/^backup store s3:\/\/zeebe +2 of 2 partitions completed, in 2 copies$/m);
    expect(stderr).toBe(`Backup ${id} of prod is UNKNOWN: see above.\n`);
    expect(code).toBe(9);
  });

  test('with the store down as well nothing tells of any backup, with 9', async () => {
    await using w = await backedUp();
    await w.simulator.close();

    const list = await w.list('prod');
    const verify = await w.verify('prod', 'latest');

    expect(list.code).toBe(9);
    expect(list.stdout).toBe('prod: 0 backups\n');
    expect(list.stderr).toMatch(/^Nothing could be read that tells of the backups of prod: see above\.$/m);
    expect(verify.stderr).toMatch(
      /^There is nothing to verify: no source that was read knows a backup of prod; not read: /,
    );
    expect(verify.code).toBe(9);
  });
});

test('a backup that lacks a part ends with 5 and says what to do', async () => {
  await using w = await backedUp();
  w.simulator.cluster.searchEngine.deleteSnapshotByHand('camunda', `camunda_zeebe_records_backup_${id}`);

  const { code, stdout, stderr } = await w.verify('prod', `${id}`);

  expect(stdout).toMatch(/^ {2}INCOMPLETE RECORDS_MISSING\n {4}.*\n {4}Do: Use another set/m);
  expect(stderr).toBe(`Backup ${id} of prod is INCOMPLETE: see above.\n`);
  expect(code).toBe(5);
});

test('what a restore would lose now is printed below it, and the exit code stays', async () => {
  await using w = await backedUp();
  w.simulator.cluster.searchEngine.createIndex('optimize-report_v1', { documents: 1 });

  const { code, stdout } = await w.verify('prod', `${id}`);

  expect(stdout).toMatch(/^Would be lost: COMPONENT_NOT_IN_SET: Optimize is no part of this set and has 1 index/m);
  expect(code).toBe(0);
});

test('what is wrong with another cluster of the file is told and hinders nothing', async () => {
  await using w = await backedUp({ broken: { zeebe: {} } });

  const { code, stderr } = await w.list('prod');

  expect(stderr).toMatch(/^Warning: .*clusters\.broken/m);
  expect(code).toBe(0);
});

test.each([
  [['prod', '0'], /Give a backup ID, or "latest"\./],
  [['prod', 'newest'], /Give a backup ID, or "latest"\./],
  [['prods', 'latest'], /cluster "prods": is not in the cluster file; configured: prod\. Did you mean "prod"\?/],
])('verify %j is wrong input', async (args, said) => {
  await using w = await backedUp();

  const { code, stderr } = await w.verify(...args);

  expect(stderr).toMatch(said);
  expect(code).toBe(2);
});
