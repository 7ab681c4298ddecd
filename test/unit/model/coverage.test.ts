import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverageFindings, type CoverageEvidence, type IndexOwner } from '../../../src/model/coverage.ts';
import { recordingOf } from '../../fidelity/support/recordings.ts';

const operate: IndexOwner = { component: 'operate', name: 'Operate', beginnings: ['operate-'] };
const tasklist: IndexOwner = { component: 'tasklist', name: 'Tasklist', beginnings: ['tasklist-'] };
const optimize: IndexOwner = { component: 'optimize', name: 'Optimize', beginnings: ['optimize-'] };
const webapps: IndexOwner = {
  component: 'webapps',
  name: 'Web applications',
  beginnings: ['operate-', 'tasklist-', 'camunda-'],
};
const records: IndexOwner = { component: 'records', name: 'Exported records', beginnings: ['zeebe-record_'] };

const began = 1_000;
const part = (component: IndexOwner['component'], ...indices: string[]) => ({
  component,
  name: `camunda_${component}_7_8.6.0_part_1_of_1`,
  indices,
  startTimeMs: began,
});
const index = (name: string, createdAtMs = 1, aliases: readonly string[] = []) => ({ name, createdAtMs, aliases });

const scene = (more: Partial<CoverageEvidence>): CoverageEvidence => ({
  owners: [operate],
  indices: [],
  snapshots: [part('operate', 'operate-a')],
  ...more,
});

test('what is in a snapshot is covered, and nothing is said', () => {
  expect(coverageFindings(scene({ indices: [index('operate-a', 1, ['operate-a-alias'])] }))).toEqual([]);
});

test('an index that existed before the snapshots began and is in none is named', () => {
  expect(coverageFindings(scene({ indices: [index('operate-a'), index('operate-b')] }))).toEqual([
    {
      code: 'INDEX_NOT_IN_SET',
      says: 'Operate: 1 index (operate-b) existed before the snapshots began and is in none of them: a restore would delete it',
    },
  ]);
});

test('an index that was created when the snapshots had begun is later than the set and no alarm', () => {
  const indices = [index('operate-a'), index('operate-b', began), index('operate-c', began + 1)];

  expect(coverageFindings(scene({ indices }))).toEqual([]);
});

test('an index of the same beginning up to another character is somebody else’s', () => {
  expect(coverageFindings(scene({ indices: [index('operate-a'), index('operators'), index('my-operate-x')] }))).toEqual(
    [],
  );
});

test('many indices are counted and a few named', () => {
  const indices = Array.from({ length: 9 }, (_, at) => index(`operate-x${at}`));

  expect(coverageFindings(scene({ indices }))[0]?.says).toMatch(
    /^Operate: 9 indices \(operate-x0, operate-x1, operate-x2, operate-x3 and 5 more\) existed/,
  );
});

test('a component of which the set has no part is named with its indices, whenever they were made', () => {
  const indices = [index('operate-a'), index('optimize-process-instance-demo_v8', began + 5)];

  expect(coverageFindings(scene({ owners: [operate, optimize], indices }))).toEqual([
    {
      code: 'COMPONENT_NOT_IN_SET',
      says: "Optimize is no part of this set and has 1 index (optimize-process-instance-demo_v8): a restore that clears Camunda's indices would lose it",
    },
  ]);
});

test('a component that has nothing at all needs no part', () => {
  expect(coverageFindings(scene({ owners: [operate, optimize, records], indices: [index('operate-a')] }))).toEqual([]);
});

test('what an update to 8.8 left behind has a code of its own, what 8.8 should have taken the other', () => {
  const found = coverageFindings({
    owners: [webapps],
    indices: [
      index('operate-list-view-8.3.0_'),
      index('operate-list-view-8.3.0_2026-11-20'),
      index('operate-import-position-8.3.0_'),
    ],
    snapshots: [part('webapps', 'operate-list-view-8.3.0_')],
  });

  expect(found.map(({ code }) => code)).toEqual(['INDEX_NOT_IN_SET', 'INDEX_LEFT_BEHIND']);
  expect(found[0]?.says).toContain('(operate-list-view-8.3.0_2026-11-20)');
  expect(found[1]?.says).toContain('(operate-import-position-8.3.0_)');
});

test('an alias is lost where no index of the set has it, and kept where one does', () => {
  const indices = [
    index('operate-a', 1, ['shared']),
    index('operate-b', 1, ['shared', 'only-on-b']),
    index('operate-c', began + 1, ['only-on-a-later-one']),
  ];

  expect(coverageFindings(scene({ indices })).find(({ code }) => code === 'ALIAS_NOT_IN_SET')).toEqual({
    code: 'ALIAS_NOT_IN_SET',
    says: '1 alias (only-on-b) is only on indices that are not in this set: a restore would lose it',
  });
});

test('templates and policies that the record does not have are named; without a record all of them', () => {
  const live = { templates: ['t1', 't2'], policies: ['p1'] };

  const some = coverageFindings(scene({ definitions: { live, recorded: { templates: ['t1'], policies: ['p1'] } } }));
  const all = coverageFindings(scene({ definitions: { live, recorded: undefined } }));

  expect(some).toEqual([
    {
      code: 'TEMPLATE_NOT_RECORDED',
      says: "1 template (t2) is not in the catalogue's record of this set, and no snapshot holds it: an empty search engine would lack it",
    },
  ]);
  expect(all.map(({ code }) => code)).toEqual(['TEMPLATE_NOT_RECORDED', 'POLICY_NOT_RECORDED']);
  expect(all[0]?.says).toMatch(/^2 templates \(t1, t2\) are in no record of the catalogue/);
});

test('the set of a real 8.6.0 that Operate and Tasklist took is without a finding', () => {
  const { exchanges } = recordingOf('elasticsearch-8.16-inventory');
  const body = (name: string) => Object(exchanges.find((each) => each.name.endsWith(name))?.response?.body);
  const aliases: Readonly<Record<string, { aliases: object }>> = body('-aliases');
  const rows: readonly Readonly<Record<string, string>>[] = body('-cat-indices');
  const snapshots: readonly { snapshot: string; indices: string[]; start_time_in_millis: number }[] =
    body('09-snapshots').snapshots;

  const found = coverageFindings({
    owners: [operate, tasklist, optimize, records],
    indices: rows.map(({ index: name = '', ['creation.date']: created }) =>
      index(name, Number(created), Object.keys(aliases[name]?.aliases ?? {})),
    ),
    snapshots: snapshots.map(({ snapshot, indices, start_time_in_millis: startTimeMs }) => ({
      component: snapshot.startsWith('camunda_operate')
        ? 'operate'
        : snapshot.startsWith('camunda_tasklist')
          ? 'tasklist'
          : 'records',
      name: snapshot,
      indices,
      startTimeMs,
    })),
  });

  expect(snapshots).toHaveLength(13);
  expect(found).toEqual([]);
});

test('every older index that is in no snapshot is counted in one finding, whatever else is there', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.uniqueArray(name), fc.uniqueArray(name), (held, missed, later) => {
      const lost = missed.filter((each) => !held.includes(each) && !later.includes(each));
      const findings = coverageFindings(
        scene({
          indices: [
            ...held.map((each) => index(`operate-${each}`)),
            ...lost.map((each) => index(`operate-${each}`, began - 1)),
            ...later.filter((each) => !held.includes(each)).map((each) => index(`operate-${each}`, began)),
          ],
          snapshots: [part('operate', ...held.map((each) => `operate-${each}`))],
        }),
      );
      const counts = findings.map(({ says }) => /^Operate: (\d+) ind/.exec(says)?.[1]);
      expect(counts).toEqual(lost.length === 0 ? [] : [String(lost.length)]);
    }),
  );
});
