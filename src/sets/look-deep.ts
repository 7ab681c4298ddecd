import type { CatalogueEntry, CatalogueReader } from '../catalogue/catalogue.ts';
import { valueOf } from '../model/check-readings.ts';
import type { RecordedSet } from '../model/sets/recorded.ts';
import type { SetReason } from '../model/sets/reasons.ts';
import type { VerifiedContents } from '../model/sets/results.ts';
import type { RecordedOrLost } from '../stores/check-recorded.ts';
import type { ContentFinding } from '../stores/content-findings.ts';
import { BackupStoreError } from '../stores/errors.ts';
import type { ReadShare } from '../stores/read-share.ts';
import { verifyContents, type ContentsProgress, type VerifyContents } from '../stores/verify-contents.ts';
import { entryAt } from './cover-set.ts';
import type { Inventory } from './read-sets.ts';
import type { SetSources } from './sources.ts';

interface DeepProgress extends ContentsProgress {
  readonly backupId: number;
}

/** How the objects of a Zeebe backup are read. */
export interface DeepLook {
  readonly signal: AbortSignal;
  /** Absent: all of them. */
  readonly share?: ReadShare;
  /** What an earlier attempt has done. */
  readonly before?: { readonly filesRead: number; readonly problems: readonly ContentFinding[] };
  readonly onProgress?: (progress: DeepProgress) => void;
  /** What becomes of a store that stops answering in the middle: another attempt, or a reason. One that refuses is a reason. */
  readonly onLost: 'throw' | 'reason';
}

const dayMs = 86_400_000;

/** A part of the objects that is another one each day, until all were read. */
export const shareOfDay = ({
  share,
  seed = 'camunda-backup',
  atMs,
}: {
  readonly share: number;
  readonly seed?: string;
  readonly atMs: number;
}): ReadShare => ({ share, seed, turn: Math.floor(atMs / dayMs) });

export interface LookedDeep {
  readonly reasons: readonly SetReason[];
  readonly contents?: VerifiedContents;
}

/** Reads the objects of a Zeebe backup, and tells what is wrong with them. */
export async function lookDeep(
  sources: SetSources,
  inventory: Inventory,
  { backupId, recorded }: { readonly backupId: number; readonly recorded?: RecordedSet },
  { signal, share, before, onProgress, onLost }: DeepLook,
): Promise<LookedDeep> {
  const { store, catalogue } = sources;
  // That the store is not there, or not configured, is told by what could not be read.
  if (store === undefined || inventory.storedIds === undefined || 'failure' in inventory.storedIds)
    return { reasons: [] };
  try {
    const { copies, files, bytes, filesRead, bytesRead, problems, unproven } = await verifyContents(
      store,
      {
        backupId,
        read: share ?? 'all',
        ...(before === undefined ? {} : { readBefore: before.filesRead }),
        ...whatWasRecorded(catalogue, inventory, recorded, signal),
      },
      { signal, onProgress: (progress) => onProgress?.({ backupId, ...progress }) },
    );
    const found = [...(before?.problems ?? []), ...problems, ...unproven];
    return { reasons: found.flatMap(reasonOf), contents: { copies, files, bytes, filesRead, bytesRead } };
  } catch (error) {
    if (!(error instanceof BackupStoreError)) throw error;
    if (error.kind === 'unreachable' && onLost === 'throw') throw error;
    return {
      reasons: [{ code: 'STORE_UNREADABLE', says: `the objects could not be read to the end: ${error.message}` }],
    };
  }
}

/** A part that is left to other days is what was asked for. */
const reasonOf = ({ code, says }: ContentFinding): readonly SetReason[] =>
  code === 'NOT_READ' ? [] : [{ code, says }];

function whatWasRecorded(
  catalogue: CatalogueReader | undefined,
  { entries }: Inventory,
  recorded: RecordedSet | undefined,
  signal: AbortSignal,
): Pick<VerifyContents, 'recorded'> {
  if (catalogue === undefined || recorded === undefined) return {};
  const { record, place } = recorded;
  if (record === undefined) return { recorded: [{ lost: `${place}: what it says is not believed` }] };
  const entry = entryAt(place, catalogue.place, valueOf(entries) ?? []);
  if (record.zeebe.objects === undefined || entry === undefined) return {};
  return { recorded: recordedObjects(catalogue, entry, signal) };
}

/** Whatever keeps the catalogue from telling them all, since it told of the record, is no word about the objects. */
async function* recordedObjects(
  catalogue: CatalogueReader,
  entry: CatalogueEntry,
  signal: AbortSignal,
): AsyncGenerator<RecordedOrLost> {
  try {
    const opened = await catalogue.open(entry, signal);
    if (opened === undefined) return yield { lost: `${catalogue.place}/${entry.key} is not there any more` };
    const [problem] = opened.problems;
    if (problem !== undefined) return yield { lost: `${catalogue.place}/${entry.key}: ${problem.says}` };
    for await (const { value = [], problems } of catalogue.readObjects(opened, signal)) {
      yield* value;
      yield* problems.map(({ says }) => ({ lost: `${catalogue.place}: ${says}` }));
    }
  } catch (error) {
    if (!(error instanceof BackupStoreError)) throw error;
    yield { lost: error.message };
  }
}
