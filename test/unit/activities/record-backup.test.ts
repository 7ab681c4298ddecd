import { describe, expect, test } from 'vitest';
import { recordObjects } from '../../../src/activities/record-readings.ts';
import type { ToldByWorkflow } from '../../../src/activities/record-draft.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import type { ActivityWorldOptions } from '../../support/activity-world.ts';
import { backedUp, backupId } from '../../support/backed-up.ts';
import { aPlace } from '../../support/catalogue/a-place.ts';

const workflowExecution = { workflowId: 'camunda-cluster/prod', runId: 'run-1' };
const key = (cluster: string, runId = 'run-1') => `${cluster}/${backupId}-${runId}/record.json`;

const told: ToldByWorkflow = {
  startedBy: 'nightly',
  requestedBy: 'anna',
  reason: 'before the update',
  exporting: { pausedAt: '2026-11-21T10:00:10.000Z', resumedVerifiedAt: '2026-11-21T10:00:20.000Z', pausedMs: 10_000 },
  afterwards: [],
  steps: [{ step: 'PREPARE', startedAt: '2026-11-21T10:00:00.000Z', endedAt: '2026-11-21T10:00:01.000Z' }],
  warnings: ['Operate runs 8.6.1, Zeebe 8.6.0'],
};

async function all<T>(from: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of from) items.push(item);
  return items;
}

/** A backup that is taken, and a catalogue in memory. */
async function ready(options: ActivityWorldOptions = {}) {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const w = await backedUp({ ...options, catalogue, timing: { recordMs: 60_000, ...options.timing } });
  const record = async (
    info: { readonly attempt?: number; readonly heartbeatDetails?: unknown; readonly runId?: string } = {},
    more: Partial<typeof w.set> = {},
  ) => {
    const { runId = 'run-1', ...rest } = info;
    const { recorded, proof } = await w.prove(
      { told, ...more },
      { workflowExecution: { ...workflowExecution, runId }, ...rest },
    );
    return { proof, record: recorded?.record, warnings: recorded?.warnings ?? [] };
  };
  const opened = async () => {
    const [entry] = await catalogue.list(w.cluster);
    const found = entry && (await catalogue.open(entry));
    if (found?.record === undefined) throw new Error('nothing was recorded');
    const about: CatalogueRecord = found.record;
    return { ...found, record: about };
  };
  return Object.assign(w, { place, catalogue, record, opened });
}

describe('the record of a backup', () => {
  test('says what the backup was, who asked for it, how it went and what it holds', async () => {
    await using w = await ready({ simulator: { brokers: 3, optimize: true } });

    const { record, warnings } = await w.record();

    expect(warnings).toEqual([]);
    expect(record?.key).toBe(key(w.cluster));
    const { record: found, problems, sha256 } = await w.opened();
    expect({ problems, sha256 }).toEqual({ problems: [], sha256: record?.sha256 });
    expect(found).toMatchObject({
      cluster: w.cluster,
      backupId,
      tool: { name: 'camunda-backup', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      run: { ...workflowExecution, startedBy: 'nightly', requestedBy: 'anna', reason: 'before the update' },
      versions: { camunda: '8.6.0', webApps: { operate: '8.6.0', tasklist: '8.6.0', optimize: '8.6.0' } },
      topology: { partitionIds: [1, 2], brokers: [{ nodeId: 0 }, { nodeId: 1 }, { nodeId: 2 }] },
      exporting: { order: 'web-apps-first', pauseKind: 'soft', pausedAt: told.exporting.pausedAt, pausedMs: 10_000 },
      proof: { holds: true },
      zeebe: { state: 'COMPLETED', partitions: [{ partitionId: 1 }, { partitionId: 2 }] },
      repository: { name: 'camunda', type: 'fs' },
      steps: told.steps,
      warnings: told.warnings,
      coverage: [],
      unread: [],
    });
    expect(found.snapshots.map(({ component }) => component)).toEqual([
      ...Array.from({ length: 6 }, () => 'operate'),
      ...Array.from({ length: 6 }, () => 'tasklist'),
      'optimize',
      'optimize',
      'records',
    ]);
  });

  test('has the positions of each partition before and after the work in the pause', async () => {
    await using w = await ready();
    const [first] = w.acknowledgedAtPause;

    await w.record({}, { told: { ...told, afterwards: [{ partitionId: 2, nodeId: 1, acknowledged: '1' }] } });

    const { positions } = (await w.opened()).record;
    expect(positions[0]).toMatchObject({
      partitionId: 1,
      acknowledgedAtPause: first?.acknowledged,
      acknowledgedAfter: first?.acknowledged,
      highestRecord: expect.stringMatching(/^\d+$/),
      exportedInBackup: expect.stringMatching(/^\d+$/),
      checkpoint: expect.stringMatching(/^\d+$/),
    });
    expect(positions[1]?.acknowledgedAfter).toBe('1');
  });

  test('has every index with its count, and every template in full', async () => {
    await using w = await ready();

    await w.record();

    const found = await w.opened();
    const indices = (await w.catalogue.readIndices(found))?.value ?? [];
    expect(indices.map(({ name }) => name)).toEqual(
      w.simulator.cluster.searchEngine.indices.map(({ name }) => name).toSorted(),
    );
    expect(indices.find(({ name }) => name === 'operate-user-1.2.0_')).toMatchObject({
      aliases: ['operate-user-1.2.0_alias'],
      documents: 1,
      sequence: [0],
      still: true,
    });
    const { indexTemplates = [] } = (await w.catalogue.readDefinitions(found))?.value ?? {};
    expect(indexTemplates.find(({ name }) => name === 'operate-list-view-8.3.0_template')?.definition).toMatchObject({
      index_patterns: ['operate-list-view-8.3.0_*'],
      composed_of: ['operate_template'],
    });
    expect(await w.catalogue.checkBeside(found)).toEqual([]);
  });

  test('says of an index that was written meanwhile that it did not stand still', async () => {
    await using w = await ready();
    w.simulator.fault({ component: 'search-engine', method: 'POST', path: /_refresh/ }, { delayMs: 300 }, { times: 1 });

    await w.record();

    const indices = (await w.catalogue.readIndices(await w.opened()))?.value ?? [];
    expect(indices.find(({ name }) => name.startsWith('zeebe-record_job'))?.still).toBe(false);
    expect(indices.find(({ name }) => name === 'operate-user-1.2.0_')?.still).toBe(true);
  });

  test('is written of a set that does not fit, too: it is what tells it later from a good one', async () => {
    await using w = await ready();

    const { proof, record } = await w.record(
      {},
      { fences: [{ name: 'after the Zeebe backup', broken: ['partition 1'] }] },
    );

    expect(proof.holds).toBe(false);
    expect(record?.key).toBe(key(w.cluster));
    expect((await w.opened()).record.proof.holds).toBe(false);
  });

  test('holds no secret of the repository', async () => {
    await using w = await ready();
    await fetch(`${w.simulator.urls.searchEngine}/_snapshot/camunda`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'fs', settings: { location: '/srv/snapshots/camunda', secret_key: 'hunter2' } }),
    });

    await w.record();

    expect((await w.opened()).record.repository?.settings).toHaveProperty('location');
    expect([...w.place.files.values()].map(String).join()).not.toContain('hunter2');
  });

  test('of a run of an earlier release, which tells nothing, is not written', async () => {
    await using w = await ready();

    const { recorded } = await w.prove({}, { workflowExecution });

    expect(recorded).toEqual({ warnings: [] });
    expect(w.place.calls).toEqual([]);
  });
});

describe('the objects of the Zeebe backup', () => {
  test('are recorded as the store lists them, with size and ETag', async () => {
    const backupStore = { kind: 's3', bucket: 'zeebe', basePath: 'prod', accessKeyId: 'key' } as const;
    await using w = await ready({
      simulator: { backupStore },
      store: (urls) => ({
        type: 's3',
        bucket: 'zeebe',
        basePath: 'prod',
        region: 'us-east-1',
        endpoint: urls.backupStore ?? '',
        forcePathStyle: true,
        accessKeyId: 'key',
        secretAccessKey: 'any',
      }),
    });

    await w.record();

    const found = await w.opened();
    const stored = w.simulator.cluster.storedKeys.filter((each) => each.includes(`/${backupId}/`));
    const [objects] = await all(w.catalogue.readObjects(found));
    expect(objects?.value?.map(({ key: each }) => `prod/${each}`).toSorted()).toEqual(stored.toSorted());
    expect(objects?.value?.every(({ size, etag }) => size > 0 && etag !== undefined)).toBe(true);
    expect(found.record.zeebe).toMatchObject({ store: 's3://zeebe/prod', objects: { count: stored.length } });
  });

  test('of a backup with many stand in companions of ten thousand, so that no more are in memory', async () => {
    const place = aPlace();
    const catalogue = createCatalogue(place);
    const run = { cluster: 'prod', backupId, runId: 'run-1' };
    const store = {
      async *listObjects() {
        for (let at = 0; at < 25_000; at += 1) yield { key: `1/${backupId}/0/segments/${at}`, size: 2 };
      },
    };

    const recorded = await recordObjects(store, { catalogue, run, signal: new AbortController().signal });

    expect(recorded).toMatchObject({ count: 25_000, bytes: 50_000 });
    expect(recorded.companions.map(({ entries }) => entries)).toEqual([10_000, 10_000, 5_000]);
    expect(new Set(recorded.companions.map(({ name }) => name.split('.')[0]))).toEqual(
      new Set(['objects-1', 'objects-2', 'objects-3']),
    );
  });
});

describe('a catalogue that fails never makes a proven backup fail', () => {
  test('after a lost answer the next try finds the own record and is done, without a warning', async () => {
    await using w = await ready();
    w.place.loseAnswerOfCreate('record.json');

    const { record, warnings } = await w.record();

    expect({ key: record?.key, warnings }).toEqual({ key: key(w.cluster), warnings: [] });
    expect(w.place.calls.filter((call) => call === `create ${key(w.cluster)}`)).toHaveLength(1);
  });

  test('a proxy that answers for the store without writing is noticed, and the record written when it ends', async () => {
    await using w = await ready();
    w.place.pretendToCreate('record.json', 2);

    const { record, warnings } = await w.record();

    expect({ key: record?.key, warnings }).toEqual({ key: key(w.cluster), warnings: [] });
    expect((await w.opened()).sha256).toBe(record?.sha256);
    expect(w.place.calls.filter((call) => call === `create ${key(w.cluster)}`)).toHaveLength(3);
  });

  test('a proxy that never writes is told as what it is', async () => {
    await using w = await ready({ timing: { recordMs: 3_000 } });
    w.place.pretendToCreate('.json', Number.POSITIVE_INFINITY);

    const { record, warnings } = await w.record();

    expect(record).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/tried for 3\.0 s, last: Something between here and the store answers for it/),
    ]);
  });

  test('after a worker that died when it had written, the next attempt finds its record', async () => {
    await using w = await ready();
    const first = await w.record();

    const again = await w.record({ attempt: 2 });

    expect(again).toEqual(first);
  });

  test('one that does not answer is tried for its time, then the warning says what it means', async () => {
    await using w = await ready({ timing: { recordMs: 1_500 } });
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });

    const { proof, record, warnings } = await w.record();

    expect({ holds: proof.holds, record }).toEqual({ holds: true, record: undefined });
    expect(warnings).toEqual([
      `backup ${backupId} is not in the catalogue: tried for 1.5 s, last: The store does not answer. It can be restored; but it cannot be ` +
        'PROVEN later, nor verified against what its objects were, and its templates are recorded nowhere',
    ]);
    expect(w.place.calls.length).toBeGreaterThan(5);
  });

  test('one that comes back within its time gets the record', async () => {
    await using w = await ready();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const running = w.record();
    await expect.poll(() => w.place.calls.length).toBeGreaterThan(2);

    delete w.place.down;

    expect(await running).toMatchObject({ record: { key: key(w.cluster) }, warnings: [] });
  });

  test('one that refuses is not asked again', async () => {
    await using w = await ready();
    w.place.down = new BackupStoreError('The store answered 403 AccessDenied', { kind: 'rejected' });

    const { warnings } = await w.record();

    expect(warnings).toEqual([
      expect.stringMatching(/is not in the catalogue: The store answered 403 AccessDenied\. It can/),
    ]);
    expect(w.place.calls).toHaveLength(1);
  });

  test('what somebody else put there is named and left alone', async () => {
    await using w = await ready();
    w.place.files.set(key(w.cluster), Buffer.from('{}'));

    const { warnings } = await w.record();

    expect(warnings).toEqual([expect.stringMatching(/lies there already and is not what this run wrote/)]);
    expect(String(w.place.files.get(key(w.cluster)))).toBe('{}');
  });

  test('a reading that is refused leaves its place in the record empty, and both say so', async () => {
    await using w = await ready();
    const reason = 'action [indices:admin/index_template/get] is unauthorized';
    w.simulator.fault(
      { component: 'search-engine', path: '/_index_template' },
      { status: 403, body: { error: { type: 'security_exception', reason }, status: 403 } },
    );

    const { warnings } = await w.record();

    expect(warnings).toEqual([
      expect.stringMatching(
        `^the catalogue's record of backup ${backupId} is without templates and policies: .*unauthorized`,
      ),
    ]);
    const { record } = await w.opened();
    expect(record.unread).toEqual([{ what: 'templates and policies', why: expect.stringContaining('unauthorized') }]);
    expect(record).not.toHaveProperty('definitions');
  });

  test('a reading that does not come is waited for, and then left out', async () => {
    await using w = await ready({ timing: { recordMs: 6_000 } });
    w.simulator.fault({ component: 'search-engine', path: '/_component_template' }, { status: 503 });

    const { record, warnings } = await w.record();

    expect(record?.key).toBe(key(w.cluster));
    expect(warnings).toEqual([expect.stringContaining('is without templates and policies')]);
  });

  test('a worker that dies while it writes is replaced once; a second death is worth more than the record', async () => {
    await using w = await ready();
    const since = new Date().toISOString();
    const died = (deaths: number) => ({ recording: { since, deaths }, waitingFor: '', seen: '' });

    expect(await w.record({ attempt: 3, heartbeatDetails: died(1) })).toMatchObject({
      proof: { holds: true },
      record: undefined,
      warnings: [expect.stringContaining('is not in the catalogue: 2 workers died while they wrote its record')],
    });
    expect(await w.record({ attempt: 2, heartbeatDetails: died(0) })).toMatchObject({
      record: { key: key(w.cluster) },
    });
  });

  test('an attempt that follows on a dead one has what is left of its time', async () => {
    await using w = await ready();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const since = new Date(Date.now() - 70_000).toISOString();

    const { warnings } = await w.record({ attempt: 2, heartbeatDetails: { recording: { since, deaths: 0 } } });

    expect(warnings).toEqual([expect.stringContaining('tried for 1 min')]);
  });

  test('a cancel ends it at once', async () => {
    await using w = await ready();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const running = w.start(w.activities.proveBackup, { ...w.set, told }, { workflowExecution });
    await running.heartbeat((details) => JSON.stringify(details).includes('does not answer'));

    running.cancel();

    await expect(running.result).rejects.toThrow('CANCELLED');
  });
});

describe('what a restore would lose is a warning', () => {
  test('of an index of a component that no backup takes, with and without a catalogue', async () => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.createIndex('optimize-process-instance-demo_v8', { documents: 5 });
    const warning =
      'COMPONENT_NOT_IN_SET: Optimize is no part of this set and has 1 index (optimize-process-instance-demo_v8): ' +
      "a restore that clears Camunda's indices would lose it";

    expect((await w.record()).warnings).toEqual([warning]);
    expect((await w.opened()).record.coverage).toEqual([{ code: 'COMPONENT_NOT_IN_SET', says: warning.slice(22) }]);
    const { recorded } = await w.prove({}, { workflowExecution });
    expect(recorded?.warnings).toEqual([warning]);
  });

  test.each(['8.5.8', '8.6.0', '8.7.0'])('and there is none of a whole set of %s', async (version) => {
    await using w = await ready({ simulator: { version, optimize: true } });

    expect(await w.record()).toMatchObject({ proof: { holds: true }, warnings: [] });
  });

  test('that it could not be read is one, too, and ends nothing', async () => {
    await using w = await ready();
    w.simulator.fault({ component: 'search-engine', path: /_stats/ }, { status: 503 });

    const { recorded, proof } = await w.prove({}, { workflowExecution });

    expect(proof.holds).toBe(true);
    expect(recorded?.warnings).toEqual([
      expect.stringMatching(/^what a restore of backup \d+ would lose could not be read: /),
    ]);
  });
});
