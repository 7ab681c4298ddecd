import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../src/stores/object-store.ts';

/** What every store does alike. `fill` puts the objects there without its help, and gives the store. */
export function behavesAsAnObjectStore(
  fill: (objects: Readonly<Record<string, string>>) => Promise<ObjectStore>,
): void {
  describe('as every object store', () => {
    test('a listing has what begins with the prefix, ascending, with sizes', async () => {
      const store = await fill({ '1/123/0/a': 'x', '1/12/0/b': 'four', '1/12/0/a': 'xx', '11/12/0/a': 'x' });

      const found = await toArray(store.list('1/12/'));

      expect(found.map(({ key, size }) => [key, size])).toEqual([
        ['1/12/0/a', 2],
        ['1/12/0/b', 4],
      ]);
      expect((await toArray(store.list('1/12'))).map(({ key }) => key)).toEqual(['1/12/0/a', '1/12/0/b', '1/123/0/a']);
      expect((await toArray(store.list(''))).map(({ key }) => key)).toEqual([
        '1/12/0/a',
        '1/12/0/b',
        '1/123/0/a',
        '11/12/0/a',
      ]);
      expect(await toArray(store.list('2/'))).toEqual([]);
    });

    test('an object of a listing has the time of its last change', async () => {
      const store = await fill({ a: 'x' });

      const [found] = await toArray(store.list(''));

      expect(found?.modifiedAt).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    });

    test('folders are the names directly under a prefix', async () => {
      const store = await fill({ '1/12/0/a': 'x', '1/123/0/a': 'x', '11/7/0/a': 'x', file: 'x' });

      expect([...(await store.folders(''))].sort()).toEqual(['1', '11']);
      expect([...(await store.folders('1/'))].sort()).toEqual(['12', '123']);
      expect(await store.folders('2/')).toEqual([]);
    });

    test('an object is read whole, and an absent one is undefined', async () => {
      const store = await fill({ 'a/b': 'content', 'a/empty': '' });

      expect(text(await store.read('a/b'))).toBe('content');
      expect(text(await store.read('a/empty'))).toBe('');
      expect(await store.read('a/c')).toBeUndefined();
      expect(await store.read('a')).toBeUndefined();
    });

    test('a stream has the whole content, and that of an absent object rejects', async () => {
      const content = 'zeebe '.repeat(200_000);
      const store = await fill({ 'a/b': content });

      const pieces = await toArray(store.stream('a/b'));

      expect(text(Buffer.concat(pieces))).toBe(content);
      await expect(toArray(store.stream('a/c'))).rejects.toMatchObject({ name: 'BackupStoreError', kind: 'rejected' });
    });

    test('what is read through has the whole content, and an absent object rejects', async () => {
      const content = 'zeebe '.repeat(200_000);
      const store = await fill({ 'a/b': content, 'a/empty': '' });
      const pieces: Uint8Array[] = [];

      await store.readThrough('a/b', (piece) => pieces.push(Buffer.from(piece)));
      await store.readThrough('a/empty', (piece) => pieces.push(Buffer.from(piece)));

      expect(text(Buffer.concat(pieces))).toBe(content);
      await expect(store.readThrough('a/c', () => {})).rejects.toMatchObject({ kind: 'rejected' });
      const failing = store.readThrough('a/b', () => {
        throw new Error('cannot take it');
      });
      await expect(failing).rejects.toMatchObject({ name: 'Error', message: 'cannot take it' });
    });

    test('a stream may be left before its end', async () => {
      const store = await fill({ 'a/b': 'zeebe '.repeat(200_000) });

      for await (const piece of store.stream('a/b')) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }

      expect(text(await store.read('a/b'))).toHaveLength(1_200_000);
    });

    test('creating never overwrites', async () => {
      const store = await fill({ 'a/old': 'old' });

      expect(await store.create('a/new/deep', Buffer.from('first'))).toBe('created');
      expect(await store.create('a/new/deep', Buffer.from('second'))).toBe('exists');
      expect(await store.create('a/old', Buffer.from('second'))).toBe('exists');

      expect(text(await store.read('a/new/deep'))).toBe('first');
      expect(text(await store.read('a/old'))).toBe('old');
    });

    test('of many who create the same object one does', async () => {
      const store = await fill({});

      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.create('a/one', Buffer.from(`writer ${i}`))),
      );

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const winner = outcomes.indexOf('created');
      expect(text(await store.read('a/one'))).toBe(`writer ${winner}`);
    });

    test.each(['with space', 'per%20cent', 'plus+and&amp', 'umlaut-äöü', 'quote"s', 'hash#mark?'])(
      'the key "%s" is that key',
      async (name) => {
        const store = await fill({ [`a/${name}`]: 'x' });

        expect((await toArray(store.list('a/'))).map(({ key }) => key)).toEqual([`a/${name}`]);
        expect(text(await store.read(`a/${name}`))).toBe('x');
        expect(await store.create(`a/${name}`, Buffer.from('y'))).toBe('exists');
      },
    );

    test('an aborted call ends with the reason of the abort', async () => {
      const store = await fill({ 'a/b': 'x' });
      const signal = AbortSignal.abort(new Error('cancelled'));

      await expect(store.read('a/b', signal)).rejects.toThrow('cancelled');
      await expect(store.folders('', signal)).rejects.toThrow('cancelled');
      await expect(toArray(store.list('', signal))).rejects.toThrow('cancelled');
      await expect(toArray(store.stream('a/b', signal))).rejects.toThrow('cancelled');
      await expect(store.readThrough('a/b', () => {}, signal)).rejects.toThrow('cancelled');
      await expect(store.create('a/c', Buffer.from('x'), signal)).rejects.toThrow('cancelled');
    });
  });
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const text = (content: Uint8Array | undefined): string | undefined =>
  content === undefined ? undefined : new TextDecoder().decode(content);
