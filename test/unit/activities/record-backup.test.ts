import { describe, expect, test } from 'vitest';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import { backupId } from '../../support/backed-up.ts';
import { key, readyToRecord, told, workflowExecution } from '../../support/catalogue/recording.ts';

describe('the record of a backup', () => {
  test('says what the backup was, who asked for it, how it went and what it holds', async () => {
    await using w = await readyToRecord({ simulator: { brokers: 3, optimize: true } });

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
    await using w = await readyToRecord();
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
    await using w = await readyToRecord();

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
    await using w = await readyToRecord();
    w.simulator.fault({ component: 'search-engine', method: 'POST', path: /_refresh/ }, { delayMs: 300 }, { times: 1 });

    await w.record();

    const indices = (await w.catalogue.readIndices(await w.opened()))?.value ?? [];
    expect(indices.find(({ name }) => name.startsWith('zeebe-record_job'))?.still).toBe(false);
    expect(indices.find(({ name }) => name === 'operate-user-1.2.0_')?.still).toBe(true);
  });

  test('is written of a set that does not fit, too: it is what tells it later from a good one', async () => {
    await using w = await readyToRecord();

    const { proof, record } = await w.record(
      {},
      { fences: [{ name: 'after the Zeebe backup', broken: ['partition 1'] }] },
    );

    expect(proof.holds).toBe(false);
    expect(record?.key).toBe(key(w.cluster));
    expect((await w.opened()).record.proof.holds).toBe(false);
  });

  test('holds no secret of the repository', async () => {
    await using w = await readyToRecord();
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
    await using w = await readyToRecord();

    const { recorded } = await w.prove({}, { workflowExecution });

    expect(recorded).toEqual({ warnings: [] });
    expect(w.place.calls).toEqual([]);
  });
});

describe('a catalogue that fails never makes a proven backup fail', () => {
  test('after a lost answer the next try finds the own record and is done, without a warning', async () => {
    await using w = await readyToRecord();
    w.place.loseAnswerOfCreate('record.json');

    const { record, warnings } = await w.record();

    expect({ key: record?.key, warnings }).toEqual({ key: key(w.cluster), warnings: [] });
    expect(w.place.calls.filter((call) => call === `create ${key(w.cluster)}`)).toHaveLength(1);
  });

  test('a proxy that answers for the store without writing is noticed, and the record written when it ends', async () => {
    await using w = await readyToRecord();
    w.place.pretendToCreate('record.json', 2);

    const { record, warnings } = await w.record();

    expect({ key: record?.key, warnings }).toEqual({ key: key(w.cluster), warnings: [] });
    expect((await w.opened()).sha256).toBe(record?.sha256);
    expect(w.place.calls.filter((call) => call === `create ${key(w.cluster)}`)).toHaveLength(3);
  });

  test('a proxy that never writes is told as what it is', async () => {
    await using w = await readyToRecord({ timing: { recordMs: 3_000 } });
    w.place.pretendToCreate('.json', Number.POSITIVE_INFINITY);

    const { record, warnings } = await w.record();

    expect(record).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/tried for 3\.0 s, last: Something between here and the store answers for it/),
    ]);
  });

  test('after a worker that died when it had written, the next attempt finds its record', async () => {
    await using w = await readyToRecord();
    const first = await w.record();

    const again = await w.record({ attempt: 2 });

    expect(again).toEqual(first);
  });

  test('one that does not answer is tried for its time, then the warning says what it means', async () => {
    await using w = await readyToRecord({ timing: { recordMs: 1_500 } });
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
    await using w = await readyToRecord();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const running = w.record();
    await expect.poll(() => w.place.calls.length).toBeGreaterThan(2);

    delete w.place.down;

    expect(await running).toMatchObject({ record: { key: key(w.cluster) }, warnings: [] });
  });

  test('one that refuses is not asked again', async () => {
    await using w = await readyToRecord();
    w.place.down = new BackupStoreError('The store answered 403 AccessDenied', { kind: 'rejected' });

    const { warnings } = await w.record();

    expect(warnings).toEqual([
      expect.stringMatching(/is not in the catalogue: The store answered 403 AccessDenied\. It can/),
    ]);
    expect(w.place.calls).toHaveLength(1);
  });

  test('what somebody else put there is named and left alone', async () => {
    await using w = await readyToRecord();
    w.place.files.set(key(w.cluster), Buffer.from('{}'));

    const { warnings } = await w.record();

    expect(warnings).toEqual([expect.stringMatching(/lies there already and is not what this run wrote/)]);
    expect(String(w.place.files.get(key(w.cluster)))).toBe('{}');
  });

  test('a reading that is refused leaves its place in the record empty, and both say so', async () => {
    await using w = await readyToRecord();
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
    await using w = await readyToRecord({ timing: { recordMs: 6_000 } });
    w.simulator.fault({ component: 'search-engine', path: '/_component_template' }, { status: 503 });

    const { record, warnings } = await w.record();

    expect(record?.key).toBe(key(w.cluster));
    expect(warnings).toEqual([expect.stringContaining('is without templates and policies')]);
  });

  test('a worker that dies while it writes is replaced once; a second death is worth more than the record', async () => {
    await using w = await readyToRecord();
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
    await using w = await readyToRecord();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const since = new Date(Date.now() - 70_000).toISOString();

    const { warnings } = await w.record({ attempt: 2, heartbeatDetails: { recording: { since, deaths: 0 } } });

    expect(warnings).toEqual([expect.stringContaining('tried for 1 min')]);
  });

  test('a cancel ends it at once', async () => {
    await using w = await readyToRecord();
    w.place.down = new BackupStoreError('The store does not answer', { kind: 'unreachable' });
    const running = w.start(w.activities.proveBackup, { ...w.set, told }, { workflowExecution });
    await running.heartbeat((details) => JSON.stringify(details).includes('does not answer'));

    running.cancel();

    await expect(running.result).rejects.toThrow('CANCELLED');
  });
});
