/** Goes on from the checksum of what came before; 0 at the start. */
export type Crc32c = (content: Uint8Array, before: number) => number;

/** By the processor's own instruction: a native module, that nothing but a reader of contents loads. */
export const loadCrc32c = async (): Promise<Crc32c> => (await import('@node-rs/crc32')).crc32c;

/**
 * The CRC32C of two contents one after the other, from that of each and the length of the second. Feeding zeros into a checksum is linear
 * over GF(2): this many of them are a matrix, squared for each bit of their number.
 */
export function combineCrc32c(first: number, second: number, secondLength: number): number {
  let sum = first;
  let matrix = oneZeroBit;
  // Three squarings make the matrix of a byte.
  for (let bit = 0; bit < 3; bit++) matrix = square(matrix);
  for (let length = secondLength; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) sum = times(matrix, sum);
    matrix = square(matrix);
  }
  return (sum ^ second) >>> 0;
}

// Castagnoli's polynomial, reflected.
const polynomial = 0x82_f6_3b_78;

const oneZeroBit: readonly number[] = [polynomial, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];

function times(matrix: readonly number[], vector: number): number {
  return matrix.reduce((sum, row, bit) => ((vector >>> bit) & 1 ? sum ^ row : sum), 0) >>> 0;
}

const square = (matrix: readonly number[]): readonly number[] => matrix.map((row) => times(matrix, row));
