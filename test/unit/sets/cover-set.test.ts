import { expect, test } from 'vitest';
import { RejectedError, UnreachableError } from '../../../src/clients/errors.ts';
import { verifySet } from '../../../src/sets/verify-set.ts';
import { createSetWorld, readers, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet, type TakeSet } from '../../support/sets/take-set.ts';

const id = 12;

async function taken(options: TakeSet = {}): Promise<SetWorld> {
  const w = createSetWorld();
  await takeSet(w, id, options);
  return w;
}

const codesOf = ({ coverage }: Awaited<ReturnType<SetWorld['verify']>>) => coverage?.findings.map(({ code }) => code);

test('what a restore would lose now stands beside the verdict, and makes the set no worse', async () => {
  const w = await taken();
  w.model.engine.indices.create('optimize-report_v1');

  const { verdict, reasons, coverage } = await w.verify(id);

  expect({ verdict, reasons }).toEqual({ verdict: 'PROVEN', reasons: [] });
  expect(coverage).toEqual({
    findings: [
      {
        code: 'COMPONENT_NOT_IN_SET',
        says: expect.stringMatching(/^Optimize is no part of this set and has 1 index \(optimize-report_v1\)/),
      },
      { code: 'TEMPLATE_NOT_RECORDED', says: expect.stringContaining('are in no record of the catalogue') },
    ],
    unlisted: 0,
  });
});

test('a set that nobody recorded is compared, too', async () => {
  const w = await taken({ record: 'none' });

  const { coverage } = await w.verify(id, {}, ['catalogue']);

  expect(coverage?.findings).toEqual([
    { code: 'TEMPLATE_NOT_RECORDED', says: expect.stringContaining('are in no record of the catalogue') },
  ]);
});

test.each([
  ['a catalogue that does not answer', (w: SetWorld) => void (w.catalogue.store.down = true)],
  [
    'a record that is not believed',
    (w: SetWorld) => w.catalogue.files.keys().forEach((key) => w.catalogue.files.put(key, Buffer.from('{}'))),
  ],
])('%s says nothing of templates, neither that they are recorded nor that they are not', async (_, happens) => {
  const w = await taken();
  happens(w);

  expect(codesOf(await w.verify(id))).toEqual([]);
});

test('with the search engine down nothing is compared, and its own word says why', async () => {
  const w = await taken();
  Object.assign(w.servers['engine'] ?? {}, { down: true });

  const { coverage, warnings } = await w.verify(id);

  expect({ coverage, warnings }).toEqual({ coverage: undefined, warnings: [] });
});

test('where the comparison itself could not be made it is said, and the verdict stands', async () => {
  const w = await taken();
  const readDefinitions = () =>
    Promise.reject(new UnreachableError('No answer: GET /_index_template', { mayHaveHappened: false }));

  const result = await w.verify(id, { inventory: { ...w.cluster.inventory, readDefinitions } });

  expect(result).toMatchObject({
    verdict: 'PROVEN',
    warnings: ['what a restore would lose now is not known: No answer: GET /_index_template'],
  });
  expect(result.coverage).toBeUndefined();
});

test('where a snapshot could not be read in full, what it holds is not called lost', async () => {
  const w = await taken();
  const name = `camunda_zeebe_records_backup_${id}`;
  const searchEngine: typeof w.cluster.searchEngine = {
    ...w.cluster.searchEngine,
    getSnapshot: () =>
      Promise.reject(new RejectedError('The search engine failed', { status: 500, reason: 'out of file handles' })),
    async listSnapshots(...call) {
      return (await w.cluster.searchEngine.listSnapshots(...call)).filter((snapshot) => snapshot.name !== name);
    },
  };

  const { coverage, warnings } = await w.verify(id, { searchEngine });

  expect(coverage).toBeUndefined();
  expect(warnings).toEqual(['what a restore would lose now is not known: 1 of 13 snapshots could not be read in full']);
});

test.each([
  ['of which the search engine has nothing', { without: ['apps', 'records'] }, {}],
  ['that is being made', {}, { beingMade: id }],
] as const)('a set %s is compared with nothing', async (_, options, more) => {
  const w = await taken(options);

  const result = await verifySet(w.cluster, readers, { backupId: id, ...more });

  expect(result).not.toHaveProperty('coverage');
});
