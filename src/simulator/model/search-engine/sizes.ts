import { importPositionDocuments, type IndexContent } from './indices.ts';

/** What an index, or a copy of one, takes on a disk. Roughly: a record is a document of so many bytes. */
export function sizeOf(content: IndexContent | undefined): { readonly files: number; readonly bytes: number } {
  if (!content) return { files: 0, bytes: 0 };
  let documents = content.documents + importPositionDocuments(content);
  for (const intervals of content.records.values()) {
    for (const { from, to } of intervals) documents += to - from + 1;
  }
  return { files: 4, bytes: bytesOfEmptyIndex + documents * bytesPerDocument };
}

const bytesOfEmptyIndex = 225;
const bytesPerDocument = 840;
