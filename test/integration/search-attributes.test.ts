import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, type ExpectStatic } from 'vitest';
import { temporalCli } from '../../src/parts/temporal-cli.ts';
import { startTemporal, type Temporal } from '../../src/parts/temporal.ts';
import { registerSearchAttributes } from '../../src/cli/register-search-attributes.ts';
import { searchAttributeNames } from '../../src/model/search-attributes.ts';
import { createSearchAttributeReader } from '../../src/worker/search-attribute-reader.ts';
import { startHarness } from '../support/harness.ts';
import { inPause } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

let folder: string;
let temporal: Temporal;
let connection: Connection;
let client: Client;

/** A server of its own: what is registered in a namespace is seen by every worker of it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camunda-backup-search-attributes-'));
  temporal = await startTemporal({ folder });
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection });
  operate(['search-attribute', 'create', '--name', 'CamundaCluster', '--type', 'Keyword']);
  await registerSearchAttributes(connection.operatorService, 'default');
  operate(['namespace', 'create', '--namespace', 'other']);
});

afterAll(async () => {
  await connection.close();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
});

function operate(args: readonly string[]): void {
  const { status, stderr } = spawnSync(temporalCli(), ['operator', ...args, '--address', temporal.address]);
  if (status !== 0) throw new Error(stderr.toString());
}

async function listed(expect: ExpectStatic, query: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const list = async (): Promise<number> => {
    ids.length = 0;
    for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
    return ids.length;
  };
  // The visibility store lags behind.
  await expect.poll(list, { timeout: 20_000 }).toBe(count);
  return ids.toSorted();
}

const marksOf = async (workflowId: string): Promise<Readonly<Record<string, unknown>>> => {
  const { typedSearchAttributes } = await client.workflow.getHandle(workflowId).describe();
  const pairs = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as const);
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith('Camunda')));
};

test('a completed backup and its work are listed by cluster, operation and backup ID', async ({ expect }) => {
  await using h = await startHarness({ temporalAddress: temporal.address });
  const run = await h.startBackup();
  const { backupId } = await run.result();

  const ids = [run.workflowId, h.lockId].toSorted();
  expect(await listed(expect, `CamundaCluster = "${h.cluster}" AND CamundaOperation = "backup"`, 2)).toEqual(ids);
  expect(await listed(expect, `CamundaCluster = "${h.cluster}" AND CamundaBackupId = ${backupId}`, 2)).toEqual(ids);
  expect(await marksOf(run.workflowId)).toEqual({
    CamundaCluster: h.cluster,
    CamundaOperation: 'backup',
    CamundaBackupId: backupId,
    CamundaOutcome: 'COMPLETED',
  });
});

test('a run says since when exporting is paused until the resume was verified, and a failed backup how it ended', async ({
  expect,
}) => {
  await using h = await startHarness({
    temporalAddress: temporal.address,
    // Long enough for the list to show it on a busy machine.
    simulator: { durations: { zeebeMs: 25_000 } },
  });
  const run = await h.startBackup({ attempts: 1 });
  await inPause(h.simulator);
  h.simulator.cluster.resumeByHand();
  const paused = `CamundaCluster = "${h.cluster}" AND CamundaPausedSince < "${new Date(Date.now() + 60_000).toISOString()}"`;

  expect(await listed(expect, paused, 1)).toEqual([h.lockId]);
  await expect(run.result()).rejects.toThrow();

  await listed(expect, paused, 0);
  expect(await marksOf(run.workflowId)).toMatchObject({ CamundaOutcome: 'BackupInconsistent' });
  expect(await marksOf(h.lockId)).not.toHaveProperty('CamundaPausedSince');
});

test("an operator's resume is listed under its cluster, and so is the work that it started", async ({ expect }) => {
  await using h = await startHarness({ temporalAddress: temporal.address });
  const run = await h.start('resumeExporting', { cluster: h.cluster });
  await run.result();

  const query = `CamundaCluster = "${h.cluster}" AND CamundaOperation = "resume of exporting"`;
  expect(await listed(expect, query, 2)).toEqual([h.lockId, run.workflowId].toSorted());
});

test('registering again changes nothing, and an attribute of another type is left alone and not used', async ({
  expect,
}) => {
  const again = await registerSearchAttributes(connection.operatorService, 'default');
  operate(['search-attribute', 'create', '--namespace', 'other', '--name', 'CamundaBackupId', '--type', 'Keyword']);
  const other = await registerSearchAttributes(connection.operatorService, 'other');
  const usable = createSearchAttributeReader(new Client({ connection, namespace: 'other' }));

  expect(again).toEqual({ added: [], present: searchAttributeNames, ofAnotherType: [] });
  const rest = searchAttributeNames.filter((name) => name !== 'CamundaBackupId');
  expect(other).toEqual({ added: rest, present: [], ofAnotherType: ['CamundaBackupId'] });
  await expect.poll(usable).toEqual(rest);
});

test('a namespace that does not tell its search attributes counts as having none', async ({ expect }) => {
  const usable = createSearchAttributeReader(new Client({ connection, namespace: 'nowhere' }));

  expect(await usable()).toEqual([]);
});
