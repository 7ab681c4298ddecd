/** The same content with one bit turned, in its middle where nothing else is said. */
export function otherByte(content: Buffer, at = content.length >> 1): Buffer {
  const changed = Buffer.from(content);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
