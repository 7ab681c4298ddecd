import { importPositionDocuments, type IndexContent } from './indices.ts';

/** What an index, or a copy of one, takes on a disk. Roughly: a record is a document of so many bytes. */
export function sizeOf(content: IndexContent | undefined): { readonly files: number; readonly bytes: number } {
  if (!content) return { files: 0, bytes: 0 };
  return { files: 4, bytes: bytesOfEmptyIndex + operationsIn(content) * bytesPerDocument };
}

/** How many writes it took to make the content: roughly one for each record. */
export function operationsIn(content: IndexContent): number {
  let operations = content.documents + importPositionDocuments(content);
  for (const intervals of content.records.values()) {
    for (const { from, to } of intervals) operations += to - from + 1;
  }
  return operations;
}

const bytesOfEmptyIndex = 225;
const bytesPerDocument = 840;
