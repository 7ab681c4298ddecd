import { expect, test } from 'vitest';
import { judge, words, type Evidence } from '../../../src/judge/index.ts';
import {
  backupId,
  changesOf,
  evidenceOf,
  goodScene,
  importedTo,
  judged,
  recordSnapshot,
  said,
  withIndex,
  withZeebe,
  zeebeChanges,
} from './scene.ts';

const good = changesOf(goodScene);

/** What a new leader had when it took the part of partition 2 once more. */
const again = (exported: number) =>
  withZeebe(goodScene, { exported: { elasticsearch: exported } }).zeebe.filter(({ partition }) => partition === 2);

test('a part that another broker took as well, and failed at, is there all the same', () => {
  const failed = zeebeChanges(again(28), backupId, 1, 'FAILED');
  expect(said(judged(goodScene, [...good, ...failed]))).toBe('consistent');
  expect(said(judged(goodScene, [...failed, ...good]))).toBe('consistent');
});

test('of two complete copies a restore takes any, so one that does not fit is enough', () => {
  const copies = (exported: number) => zeebeChanges(again(exported), backupId, 1);
  expect(said(judged(goodScene, [...good, ...copies(29)]))).toBe('consistent');

  for (const changes of [
    [...good, ...copies(37)],
    [...copies(37), ...good],
  ]) {
    const verdict = judged(goodScene, changes);
    expect(verdict.consistent ? [] : verdict.findings[0]).toMatchObject({
      kind: 'lost',
      record: { partition: 2, position: 31 },
    });
  }
});

test('an index that the application has and no part holds is found', () => {
  const { indices, ...evidence } = evidenceOf(goodScene);
  const index = 'operate-flownode-instance-8.3.1_';
  const verdict = judge({ ...evidence, indices: [...indices, { application: 'operate', index }] }, { backupId });

  expect(verdict.consistent ? [] : verdict.findings).toMatchObject([{ kind: 'missing-part', where: index }]);
  expect(said(verdict)).toContain(`no part of operate holds ${index}, which the application has`);
});

test('an application that the cluster has and of which no part was ever taken is found', () => {
  const { indices, ...evidence } = evidenceOf(goodScene);
  const optimize = { application: 'optimize', index: 'optimize-metadata_v3' };
  const verdict = judge({ ...evidence, indices: [...indices, optimize] }, { backupId });

  expect(verdict.consistent ? [] : verdict.findings).toMatchObject([{ kind: 'missing-part', where: 'optimize' }]);
});

const damage: readonly (readonly [string, Evidence['damaged'], string])[] = [
  [
    'a record snapshot that lost files',
    { zeebe: [], snapshots: [`uuid-of-${recordSnapshot}`] },
    `${recordSnapshot} ended SUCCESS, and files of it are gone or spoilt`,
  ],
  [
    'a part of a Zeebe backup without its manifest',
    { zeebe: [{ backupId, partition: 2, node: 0, lost: 'manifest' }], snapshots: [] },
    'the Zeebe backup 12 of partition 2 is missing: its manifest is gone from the store',
  ],
  [
    'a part of a Zeebe backup that lost files',
    { zeebe: [{ backupId, partition: 1, node: 0, lost: 'files' }], snapshots: [] },
    'the Zeebe backup 12 of partition 1 lacks files in the store, and its manifest of node 0 lists them',
  ],
];

test.each(damage)('%s is found', (_, damaged, says) => {
  const verdict = judge({ ...evidenceOf(goodScene), damaged }, { backupId });
  expect(words(verdict)).toBe(`NOT CONSISTENT: 1 finding\n  - ${says}`);
});

test('damage to another backup, and to a copy that has an equal, is none', () => {
  const damaged: Evidence['damaged'] = {
    zeebe: [
      { backupId: 123, partition: 1, node: 0, lost: 'files' },
      { backupId, partition: 2, node: 1, lost: 'manifest' },
    ],
    snapshots: ['uuid-of-another'],
  };
  const changes = [...good, ...zeebeChanges(again(37), backupId, 1)];
  expect(said(judge({ ...evidenceOf(goodScene, changes), damaged }, { backupId }))).toBe('consistent');
});

test('each kind of record is imported from its own position', () => {
  const positions = (jobs: number) =>
    withIndex(goodScene, 'operate-import-position', {
      importPositions: importedTo(20).map((each) => (each.valueType === 'JOB' ? { ...each, position: jobs } : each)),
    });
  expect(said(judged(positions(24)))).toBe('consistent');

  const verdict = judged(positions(29));
  const places = verdict.consistent ? [] : verdict.findings.map(({ kind, where }) => [kind, where]);
  expect(new Set(places.map(String))).toEqual(new Set(['lost,operate-job-8.6.0_']));
});
