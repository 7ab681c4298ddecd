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
    file('zeebe.metadata', metadata(snapshotId, captured, version)),
  ];
  return [...data, file(`${snapshotId}.checksum`, checksums(data))].sort(byName);
}

/** What is not compacted of the log, up to the checkpoint. */
export const segmentFiles = ({ partition, line, logFrom, checkpoint }: CapturedPartition): readonly ContentFile[] => [
  file(`raft-partition-partition-${partition}-1.log`, `records ${logFrom} to ${checkpoint} of line ${line}\n`),
];

/** Positions as the ID of the snapshot has them. By hand: without an exporter the exported one has 64 bits. */
function metadata(snapshotId: string, { processed, exported }: CapturedPartition, version: string): string {
  const [, , processedInId = processed, least = 0] = snapshotId.split('-');
  const [, minor = 0] = version.split('.').map(Number);
  const greatest = Math.max(...Object.values(exported), 0);
  const exportedIn =
    minor >= 9 ? `"minExportedPosition":${least},"maxExportedPosition":${greatest}` : `"exportedPosition":${least}`;
  return `{"version":1,"processedPosition":${processedInId},${exportedIn},"lastFollowupEventPosition":${processed}}`;
}

function checksums(files: readonly ContentFile[]): string {
  return [
    '; This is an SFC checksum file for all files in the given directory.',
    '; You might use cksfv or another tool to validate these files manually.',
    '; This is an automatically created file - please do NOT modify.',
    ...[...files].sort(byName).map(({ name, content }) => `${name}   ${crc32c(content).toString(16)}`),
    '',
  ].join('\n');
}

const byName = (one: ContentFile, other: ContentFile): number => (one.name < other.name ? -1 : 1);
