import zlib, { deflateSync, gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc32c } from '../../../src/stores/crc32c.ts';
import { decompress, decompressZstd, nativeZstd } from '../../../src/stores/decompress.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { lines, linesByZstd } from './compressed.ts';

async function* inPieces(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < content.length; from += size) {
    await Promise.resolve();
    yield content.subarray(from, from + size);
  }
}

function decoded(algorithm: string, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoding = decompress(algorithm, source);
  if (decoding === undefined) throw new Error(`no decoder for ${algorithm}`);
  return decoding;
}

const compressed = { zstd: linesByZstd, gz: gzipSync(lines), deflate: deflateSync(lines) };

test.each(Object.entries(compressed))(
  'what %s compressed is read as it was, in pieces of any size',
  async (algorithm, content) => {
    for (const size of [1, 7, 1_000, 100_000]) {
      const pieces = await toArray(decoded(algorithm, inPieces(content, size)));

      expect(Buffer.concat(pieces).toString()).toBe(lines);
    }
  },
);

test.each(Object.entries(compressed))(
  'what %s compressed and lost its end is no content',
  async (algorithm, content) => {
    for (const length of [content.length - 1, 100, 10]) {
      const cut = decoded(algorithm, inPieces(content.subarray(0, length), 64));

      await expect(toArray(cut)).rejects.toThrow(/unexpected/i);
    }
  },
);

test.each(Object.entries(compressed))('a source of %s that fails is told as it failed', async (algorithm, content) => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* inPieces(content.subarray(0, 100), 10);
    throw new Error('the store does not answer');
  }

  await expect(toArray(decoded(algorithm, failing()))).rejects.toThrow('the store does not answer');
});

test('where Node has a decoder of its own, it reads the same', async () => {
  const native = nativeZstd();

  expect(native !== undefined).toBe('createZstdDecompress' in zlib);
  for (const decoder of [undefined, native]) {
    expect(Buffer.concat(await toArray(decompressZstd(inPieces(linesByZstd, 100), decoder))).toString()).toBe(lines);
  }
});

test.each(['bzip2', 'xz', 'lz4-framed', 'snappy-framed', ''])('%j is not read', (algorithm) => {
  expect(decompress(algorithm, inPieces(Buffer.from('x'), 1))).toBeUndefined();
});

test('the checksum of two contents together follows from theirs', () => {
  const bytes = fc.uint8Array({ maxLength: 5_000 });

  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      expect(combineCrc32c(crc32c(one), crc32c(other), other.length)).toBe(crc32c(Buffer.concat([one, other])));
    }),
  );
});

test('it does not matter in which order three contents are put together, however long they are', () => {
  const sum = fc.nat({ max: 2 ** 32 - 1 });
  const length = fc.integer({ min: 0, max: 2 ** 44 });

  fc.assert(
    fc.property(sum, sum, sum, length, length, (one, two, three, lengthTwo, lengthThree) => {
      expect(combineCrc32c(one, combineCrc32c(two, three, lengthThree), lengthTwo + lengthThree)).toBe(
        combineCrc32c(combineCrc32c(one, two, lengthTwo), three, lengthThree),
      );
    }),
  );
});
