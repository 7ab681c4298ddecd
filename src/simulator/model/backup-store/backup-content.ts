import { crc32c } from './crc32c.ts';
import type { CapturedPartition } from '../ledger.ts';

export interface ContentFile {
  readonly name: string;
  readonly content: Uint8Array;
}

const file = (name: string, text: string): ContentFile => ({ name, content: Buffer.from(text) });

/** The files of a broker's snapshot: names as recorded, `zeebe.metadata` and the checksums as real ones are read. */
export function snapshotFiles(
  snapshotId: string,
  captured: CapturedPartition,
  version: string,
): readonly ContentFile[] {
  const { processed, partition, line } = captured;
  const data = [
    file('000008.sst', `state of partition ${partition}, line ${line}, at ${processed}\n`),
    file('CURRENT', 'MANIFEST-000005\n'),
    file('MANIFEST-000005', '000008.sst\n'),
    file('OPTIONS-000007', `[Version]\n  rocksdb_version=${version.startsWith('8.5.') ? '8.11.4' : '9.4.0'}\n`),
    file('zeebe.metadata', JSON.stringify(metadata(captured, version))),
  ];
  return [...data, file(`${snapshotId}.checksum`, checksums(data))].sort(byName);
}

/** What is not compacted of the log, up to the checkpoint. */
export const segmentFiles = ({ partition, line, logFrom, checkpoint }: CapturedPartition): readonly ContentFile[] => [
  file(`raft-partition-partition-${partition}-1.log`, `records ${logFrom} to ${checkpoint} of line ${line}\n`),
];

function metadata({ processed, exported }: CapturedPartition, version: string): object {
  const positions = Object.values(exported);
  const least = positions.length === 0 ? 0 : Math.max(Math.min(...positions), 0);
  const both = { minExportedPosition: least, maxExportedPosition: Math.max(...positions, 0) };
  const [, minor = 0] = version.split('.').map(Number);
  return {
    version: 1,
    processedPosition: processed,
    ...(minor >= 9 ? both : { exportedPosition: least }),
    lastFollowupEventPosition: processed,
  };
}

function checksums(files: readonly ContentFile[]): string {
  const ascending = [...files].sort(byName);
  const combined = crc32c(Buffer.concat(ascending.map(({ content }) => content)));
  return [
    '; This is an SFC checksum file for all files in the given directory.',
    '; You might use cksfv or another tool to validate these files manually.',
    '; This is an automatically created file - please do NOT modify.',
    `; combinedValue = ${combined.toString(16)}`,
    ...ascending.map(({ name, content }) => `${name}   ${crc32c(content).toString(16)}`),
    '',
  ].join('\n');
}

const byName = (one: ContentFile, other: ContentFile): number => (one.name < other.name ? -1 : 1);
