import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/catalogue/canonical-json.ts';

test('the example of RFC 8785 has the text that the RFC gives', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };

  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('keys are sorted by their UTF-16 code units, as the RFC sorts them', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];

  const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));

  expect(Object.keys(JSON.parse(text)).toSorted()).toEqual(keys.toSorted());
  expect(text).toBe('{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}');
});

test('a value and its parsed text have one text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  [Number.NaN, 'NaN has no canonical form'],
  [Number.POSITIVE_INFINITY, 'Infinity has no canonical form'],
  ['\ud800', 'half a surrogate pair'],
  [1n, 'a bigint has no canonical form'],
])('%o is refused', (value, says) => {
  expect(() => canonicalJson([value])).toThrow(says);
});
