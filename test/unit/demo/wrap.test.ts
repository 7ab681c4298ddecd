import { expect, test } from 'vitest';
import { wrap } from '../../../src/demo/wrap.ts';

test('a line is broken at spaces and goes on deeper', () => {
  expect(wrap('  - one two three four', 12)).toBe('  - one two\n      three\n      four');
});

test('a line that fits, and a word that never would, stay as they are', () => {
  expect(wrap('  short\nmuch-too-long-a-word', 10)).toBe('  short\nmuch-too-long-a-word');
});
