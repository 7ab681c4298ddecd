import { Duplex, pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/**
 * How Zeebe's broker compresses by each algorithm that it can be told (those of Apache Commons Compress), undone in pieces. The others
 * (bzip2, xz, lzma, lz4, snappy) have no decoder here: what they compressed is not read.
 */
export function decompress(
  algorithm: string,
  compressed: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> | undefined {
  switch (algorithm) {
    case 'gz':
      return through(compressed, zlib.createGunzip());
    case 'deflate':
      return through(compressed, zlib.createInflate());
    case 'zstd':
      return decompressZstd(compressed, nativeZstd());
    default:
      return undefined;
  }
}

/** The one of Node where it has one, ten times as fast, or else one in JavaScript. */
export const decompressZstd = (
  compressed: AsyncIterable<Uint8Array>,
  native: Duplex | undefined,
): AsyncIterable<Uint8Array> => (native === undefined ? inJavaScript(compressed) : through(compressed, native));

/** From Node 22.15 on. */
export function nativeZstd(): Duplex | undefined {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  if (typeof create !== 'function') return undefined;
  const created: unknown = Reflect.apply(create, zlib, []);
  return created instanceof Duplex ? created : undefined;
}

async function* through(compressed: AsyncIterable<Uint8Array>, decoder: Duplex): AsyncGenerator<Uint8Array> {
  // A failure of either reaches the loop below as that of the decoder.
  pipeline(Readable.from(compressed, { objectMode: false }), decoder, () => {});
  for await (const piece of decoder) if (piece instanceof Uint8Array) yield piece;
}

async function* inJavaScript(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((piece) => ready.push(piece));
  function* taken(): Generator<Uint8Array> {
    const pieces = ready;
    ready = [];
    yield* pieces;
  }
  for await (const piece of compressed) {
    decoder.push(piece);
    yield* taken();
  }
  // Throws where the content ends before its end.
  decoder.push(new Uint8Array(0), true);
  yield* taken();
}
