import { expect, test } from 'vitest';
import type { OpenedRecord } from '../../../src/catalogue/catalogue.ts';
import { valueOf } from '../../../src/model/check-readings.ts';
import { coverageOfSet } from '../../../src/sets/coverage-of-set.ts';
import type { SimulatorOptions } from '../../../src/simulator/options.ts';
import { aRecord, identityOf } from '../../support/catalogue/a-record.ts';
import { createSetWorld, readers } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

const id = 12;

async function taken(options: SimulatorOptions = {}) {
  const w = createSetWorld({ recordsPerSecond: 20, ...options });
  await takeSet(w, id, { record: 'none' });
  const covered = async (record: OpenedRecord | 'none' | 'unread' = 'none') => {
    const snapshots = await w.cluster.searchEngine.listSnapshots('camunda', `camunda_*_${id}*`);
    return coverageOfSet(w.cluster, readers.many, { snapshots, record });
  };
  const codes = async () =>
    (valueOf(await covered()) ?? []).filter(({ code }) => code !== 'TEMPLATE_NOT_RECORDED').map(({ says }) => says);
  return { w, covered, codes };
}

test.each([
  ['8.5.8', {}],
  ['8.6.0', { optimize: true }],
  ['8.7.0', { optimize: true }],
  ['8.8.2', {}],
  ['8.8.2', { optimize: true }],
])('of a whole set of %s, %o, nothing is lost but templates that nobody recorded', async (version, options) => {
  const { covered, codes } = await taken({ version, ...options });

  expect(await codes()).toEqual([]);
  expect((valueOf(await covered()) ?? []).map(({ code }) => code)).toEqual(['TEMPLATE_NOT_RECORDED']);
});

test('an index that came after the set is no loss, and one of a component without a part is', async () => {
  const { w, codes } = await taken();
  w.clock.advance(1_000);
  w.model.engine.indices.create('operate-list-view-8.3.0_2026-11-22');
  w.model.engine.indices.create('optimize-report_v1');

  expect(await codes()).toEqual([
    "Optimize is no part of this set and has 1 index (optimize-report_v1): a restore that clears Camunda's indices would lose it",
  ]);
});

test('a component whose snapshots are all gone is named with its indices', async () => {
  const { w, codes } = await taken();
  for (let part = 1; part <= 6; part += 1) {
    await w.cluster.searchEngine.deleteSnapshot('camunda', `camunda_tasklist_${id}_8.6.0_part_${part}_of_6`);
  }

  expect(await codes()).toEqual([
    expect.stringMatching(/^Tasklist is no part of this set and has \d+ indices \(tasklist-/),
    expect.stringMatching(/^\d+ aliases \(tasklist-.* are only on indices that are not in this set/),
  ]);
});

test('templates that the record has are no loss, and one that somebody put since is', async () => {
  const { w, covered } = await taken();
  const { catalogue, inventory } = w.cluster;
  const draft = aRecord({ backupId: id });
  const content = { readAt: draft.recordedAt, ...(await inventory.readDefinitions('elasticsearch')) };
  const definitions = await catalogue.addCompanion(identityOf(draft), { kind: 'definitions', entries: 1, content });
  await catalogue.write({ ...draft, definitions });
  const [entry] = await catalogue.list('prod');
  const record = entry && (await catalogue.open(entry));
  expect(await covered(record)).toEqual({ value: [] });

  w.model.engine.definitions.indexTemplates.set('ours', { index_patterns: ['operate-list-view-*'] });

  expect(await covered(record)).toEqual({
    value: [{ code: 'TEMPLATE_NOT_RECORDED', says: expect.stringMatching(/^1 template \(ours\) is not in/) }],
  });
});

test('with the search engine down nothing is known, and nothing is alarmed', async () => {
  const { w } = await taken();
  Object.assign(w.servers['engine'] ?? {}, { down: true });

  const covered = await coverageOfSet(w.cluster, readers.many, { snapshots: [], record: 'none' });

  expect(covered).toMatchObject({ failure: { kind: 'unreachable' } });
});
