import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/catalogue/canonical-json.ts';
import { openRecord, sealRecord, sha256Of } from '../../../src/catalogue/seal.ts';
import { aKeyPair, aRecord, identityOf } from '../../support/catalogue/a-record.ts';

const keys = aKeyPair();
const record = aRecord();
const codes = (opened: { readonly problems: readonly { readonly code: string }[] }) =>
  opened.problems.map(({ code }) => code);

test('a sealed record is read back as it was, with positions exact to the last digit', () => {
  const file = sealRecord(record);

  expect(openRecord(file, identityOf(record))).toEqual({ record, sha256: sha256Of(file), signed: false, problems: [] });
});

test('a signed record is read back with its signature checked', () => {
  const opened = openRecord(sealRecord(record, keys.signing), identityOf(record), [aKeyPair().verify, keys.verify]);

  expect(opened).toMatchObject({ record, signed: true, problems: [] });
});

/** It is all work of one processor, which others may use as well. */
const timeout = 60_000;

test.each([
  ['not signed', undefined],
  ['signed', keys.signing],
])('any bit of any byte that is changed in a record that is %s is found, without a key', { timeout }, (_, key) => {
  const file = sealRecord(record, key);

  const unnoticed = [...file.keys()].filter((at) =>
    [1, 2, 32].some((bit) => {
      const changed = Uint8Array.from(file);
      changed[at] = (changed[at] ?? 0) ^ bit;
      const found = codes(openRecord(changed, identityOf(record)));
      return !found.includes('RECORD_ALTERED') && !found.includes('NOT_A_RECORD');
    }),
  );

  expect(unnoticed).toEqual([]);
});

test.each([
  ['a number beyond all bounds', '1795250182', '1795e50182'],
  ['half a surrogate pair', 'anna', '\\ud8aa'],
  ['half a surrogate pair in the signature', '"algorithm":"Ed25519"', '"algorithm":"Ed25519","a":"\\ud8aa"'],
])('a change that makes %s is found like any other', (_, from, to) => {
  const text = Buffer.from(sealRecord(record, keys.signing)).toString();
  const file = Buffer.from(text.replace(from, to));

  expect(codes(openRecord(file, identityOf(record), [keys.verify]))).toContain('RECORD_ALTERED');
});

test('no signature fits what has no canonical form, also where the digest was made to fit', () => {
  const text = Buffer.from(sealRecord(record, keys.signing)).toString().replace('anna', '\\ud8aa');
  const [, before = '', after = ''] = /^(.*),"sha256":"[0-9a-f]{64}"(.*)$/.exec(text) ?? [];
  const file = Buffer.from(`${before},"sha256":"${sha256Of(`${before}${after}`)}"${after}`);

  expect(codes(openRecord(file, identityOf(record), [keys.verify]))).toEqual(['SIGNATURE_WRONG']);
});

test('a record that was cut short, or that something was put behind, is found', () => {
  const file = sealRecord(record);

  expect(codes(openRecord(file.subarray(0, file.length - 1), identityOf(record)))).toEqual(['NOT_A_RECORD']);
  expect(codes(openRecord(Buffer.concat([file, Buffer.from('\n')]), identityOf(record)))).toEqual(['RECORD_ALTERED']);
  expect(codes(openRecord(Buffer.from(''), identityOf(record)))).toEqual(['NOT_A_RECORD']);
});

test.each([
  ['spaces', (text: string) => text.replace('{"format":', '{ "format":')],
  ['a digest behind the signature', (text: string) => text.replace(/(,"sha256":"[0-9a-f]{64}")(.*)}$/, '$2$1}')],
  ['something more in the signature', (text: string) => text.replace('"signature":{', '"signature":{"and":1,')],
])('the sealed value in other bytes is found: %s', (_, change) => {
  const file = change(Buffer.from(sealRecord(record, keys.signing)).toString());

  expect(codes(openRecord(Buffer.from(file), identityOf(record), [keys.verify]))).toEqual(['RECORD_ALTERED']);
});

test('a changed value is RECORD_ALTERED, with both digests in words', () => {
  const file = Buffer.from(Buffer.from(sealRecord(record)).toString().replace('9007199254741001', '9007199254741002'));

  const [problem] = openRecord(file, identityOf(record)).problems;

  expect(problem).toEqual({
    code: 'RECORD_ALTERED',
    says: expect.stringMatching(/^the record's digest is [0-9a-f]{64}, sealed was [0-9a-f]{64}$/),
  });
});

test('a changed record that was sealed again is told by its signature', () => {
  const signed: unknown = JSON.parse(Buffer.from(sealRecord(record, keys.signing)).toString());
  const resealed = Object.assign({}, signed, { record: aRecord({ warnings: ['nothing to see here'] }) });
  const { sha256: _, ...body } = Object.assign({ sha256: '' }, resealed);
  const file = Buffer.from(canonicalJson({ ...body, sha256: sha256Of(canonicalJson(body)) }));

  expect(codes(openRecord(file, identityOf(record)))).toEqual([]);
  expect(codes(openRecord(file, identityOf(record), [keys.verify]))).toEqual(['SIGNATURE_WRONG']);
});

test('where a signature is demanded, one that is missing and one by another key have codes of their own', () => {
  const other = aKeyPair();

  const unsigned = openRecord(sealRecord(record), identityOf(record), [keys.verify]);
  const foreign = openRecord(sealRecord(record, other.signing), identityOf(record), [keys.verify]);

  expect(unsigned).toMatchObject({ signed: false, problems: [{ code: 'SIGNATURE_MISSING' }] });
  expect(foreign).toMatchObject({
    signed: false,
    problems: [
      {
        code: 'SIGNATURE_FOREIGN',
        says: `the record is signed with key ${other.signing.id}; known are ${keys.verify.id}`,
      },
    ],
  });
});

test('the record of another cluster, and of another backup, is told from the one that its key names', () => {
  const file = sealRecord(record);
  const identity = identityOf(record);

  expect(codes(openRecord(file, { ...identity, cluster: 'test' }))).toEqual(['OTHER_CLUSTER']);
  expect(codes(openRecord(file, { ...identity, backupId: 12 }))).toEqual(['OTHER_BACKUP']);
  expect(codes(openRecord(file, { ...identity, runId: 'run-2' }))).toEqual(['OTHER_BACKUP']);
});

test('everything that is wrong with a record is said, not the first thing only', () => {
  const file = Buffer.from(Buffer.from(sealRecord(record)).toString().replace('"anna"', '"eve"'));

  const opened = openRecord(file, { cluster: 'test', backupId: 1, runId: 'run-1' }, [keys.verify]);

  expect(codes(opened)).toEqual(['RECORD_ALTERED', 'SIGNATURE_MISSING', 'OTHER_CLUSTER', 'OTHER_BACKUP']);
});

test('the format of a later release is refused in words and not guessed', () => {
  const body = { format: 2, record: { anything: 'else' } };
  const file = Buffer.from(canonicalJson({ ...body, sha256: sha256Of(canonicalJson(body)) }));

  expect(openRecord(file, identityOf(record))).toMatchObject({
    problems: [
      {
        code: 'NEWER_FORMAT',
        says: 'the record has format 2, this release reads up to 1: read it with the release that wrote it, or a newer one',
      },
    ],
  });
});

test('a field that a later release of the same format adds does not make its record unreadable', () => {
  const later = Object.assign(aRecord(), { mood: 'good' });

  expect(openRecord(sealRecord(later), identityOf(record))).toMatchObject({ record, problems: [] });
});

test('a record that lacks something says what', () => {
  const { topology: _, ...lacking } = record;
  const body = { format: 1, record: lacking };
  const file = Buffer.from(canonicalJson({ ...body, sha256: sha256Of(canonicalJson(body)) }));

  expect(openRecord(file, identityOf(record)).problems).toEqual([
    { code: 'NOT_A_RECORD', says: expect.stringContaining('the record lacks what every record has: topology') },
  ]);
});
