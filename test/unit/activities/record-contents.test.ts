import { describe, expect, test } from 'vitest';
import { recordObjects } from '../../../src/activities/record-readings.ts';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import type { ActivityWorldOptions } from '../../support/activity-world.ts';
import { backupId } from '../../support/backed-up.ts';
import { aPlace } from '../../support/catalogue/a-place.ts';
import { all, key, readyToRecord, workflowExecution } from '../../support/catalogue/recording.ts';

const inS3: ActivityWorldOptions = {
  simulator: { backupStore: { kind: 's3', bucket: 'zeebe', basePath: 'prod', accessKeyId: 'key' } },
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
};

describe('the objects of the Zeebe backup', () => {
  test('are recorded as the store lists them, with size and ETag', async () => {
    await using w = await readyToRecord(inS3);

    await w.record();

    const found = await w.opened();
    const stored = w.simulator.cluster.storedKeys.filter((each) => each.includes(`/${backupId}/`));
    const [objects] = await all(w.catalogue.readObjects(found));
    expect(objects?.value?.map(({ key: each }) => `prod/${each}`).toSorted()).toEqual(stored.toSorted());
    expect(objects?.value?.every(({ size, etag }) => size > 0 && etag !== undefined)).toBe(true);
    expect(found.record.zeebe).toMatchObject({ store: 's3://zeebe/prod', objects: { count: stored.length } });
  });

  test('are left out where they cannot be listed in half of the time, and the record is written', async () => {
    await using w = await readyToRecord({ ...inS3, timing: { recordMs: 3_000 } });
    w.simulator.fault({ component: 'backup-store', path: /list-type/ }, { delayMs: 60_000 });

    const { record, warnings } = await w.record();

    expect(record?.key).toBe(key(w.cluster));
    expect(warnings).toEqual([expect.stringContaining("is without the Zeebe backup's objects")]);
    expect((await w.opened()).record).toMatchObject({
      indices: { entries: expect.any(Number) },
      proof: { holds: true },
    });
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

describe('what a restore would lose is a warning', () => {
  test('of an index of a component that no backup takes, with and without a catalogue', async () => {
    await using w = await readyToRecord();
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
    await using w = await readyToRecord({ simulator: { version, optimize: true } });

    expect(await w.record()).toMatchObject({ proof: { holds: true }, warnings: [] });
  });

  test('that it could not be read is one, too, and ends nothing', async () => {
    await using w = await readyToRecord();
    w.simulator.fault({ component: 'search-engine', path: /_stats/ }, { status: 503 });

    const { recorded, proof } = await w.prove({}, { workflowExecution });

    expect(proof.holds).toBe(true);
    expect(recorded?.warnings).toEqual([
      expect.stringMatching(/^what a restore of backup \d+ would lose could not be read: /),
    ]);
  });
});
