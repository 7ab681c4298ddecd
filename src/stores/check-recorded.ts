import type { RecordedObject } from '../model/catalogue-record.ts';
import type { ContentFinding } from './content-findings.ts';
import type { StoredObject } from './object-store.ts';

/** One object as it was recorded, or why some of them cannot be told any more. */
export type RecordedOrLost = RecordedObject | { readonly lost: string };

/** Compares what lies there with what lay there when the backup was made. */
export async function checkRecorded(
  objects: ReadonlyMap<string, StoredObject>,
  recorded: AsyncIterable<RecordedOrLost> | Iterable<RecordedOrLost> | undefined,
): Promise<{ readonly problems: readonly ContentFinding[]; readonly gaps: readonly ContentFinding[] }> {
  if (recorded === undefined) {
    return { problems: [], gaps: [{ code: 'NOT_RECORDED', says: `${objects.size} objects, none of them recorded` }] };
  }
  const problems: ContentFinding[] = [];
  const gaps: ContentFinding[] = [];
  const known = new Set<string>();
  let bySizeAlone = 0;
  for await (const was of recorded) {
    if ('lost' in was) {
      gaps.push({ code: 'RECORDED_UNREADABLE', says: was.lost });
      continue;
    }
    known.add(was.key);
    const is = objects.get(was.key);
    if (is === undefined) {
      problems.push({
        code: 'OBJECT_MISSING',
        key: was.key,
        says: `${was.key}: ${was.size} bytes recorded, not there`,
      });
    } else if (is.size !== was.size || differ(is.etag, was.etag)) {
      problems.push({ code: 'OBJECT_CHANGED', key: was.key, says: `${was.key}: ${words(is)}, recorded ${words(was)}` });
    } else if (is.etag === undefined || was.etag === undefined) bySizeAlone += 1;
  }
  // What else was recorded is not known: none of them can be called added.
  const withoutEtag = bySizeAlone === 0 ? [] : [bySizes(bySizeAlone, known.size)];
  if (gaps.length > 0) return { problems, gaps: [...gaps, ...withoutEtag] };
  for (const { key, size } of objects.values()) {
    if (!known.has(key)) problems.push({ code: 'OBJECT_ADDED', key, says: `${key}: ${size} bytes, not recorded` });
  }
  return { problems, gaps: withoutEtag };
}

const bySizes = (count: number, all: number): ContentFinding => ({
  code: 'ETAG_MISSING',
  says: `${count} of ${all} objects have no ETag: they are compared by their sizes alone`,
});

/** A folder has none. */
const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

const words = ({ size, etag }: RecordedObject): string =>
  [`${size} bytes`, ...(etag === undefined ? [] : [`ETag ${etag}`])].join(' and ');
