import type { ZeebeBackup, ZeebePartitionBackup } from '../zeebe.ts';
import type { StoredCopy } from './readings.ts';
import type { SetReason } from './reasons.ts';

/** The best copy of a partition counts, as Zeebe's own API has it: https://github.com/camunda/camunda/issues/12623 */
const worth: readonly string[] = ['COMPLETED', 'IN_PROGRESS', 'FAILED', 'DAMAGED', 'FOREIGN'];

/** DAMAGED and FOREIGN are no states of Zeebe's: a manifest that is none, or that of another copy. */
function stateOf({ backupId, partitionId, nodeId, manifest, unreadable }: StoredCopy): string {
  if (unreadable !== undefined) return 'DAMAGED';
  if (manifest === undefined) return 'DOES_NOT_EXIST';
  const own = manifest.backupId === backupId && manifest.partitionId === partitionId && manifest.nodeId === nodeId;
  return own ? manifest.statusCode.toUpperCase() : 'FOREIGN';
}

const rank = (copy: StoredCopy): number => (worth.indexOf(stateOf(copy)) + worth.length + 1) % (worth.length + 1);

const isCompleted = (copy: StoredCopy): boolean => stateOf(copy) === 'COMPLETED';

/**
 * What lies in the store under one ID, folded over the copies as the gateway would tell it. More than one where a partition has several
 * COMPLETED copies: a restore takes any of them, so that each must fit.
 */
export function foldCopies(backupId: number, copies: readonly StoredCopy[]): readonly ZeebeBackup[] {
  if (copies.length === 0) return [];
  const ids = [...new Set([...copies.map(({ partitionId }) => partitionId), ...partitionIdsOf(copies)])];
  const completed = ids.map((id) =>
    copies.filter((copy) => copy.partitionId === id && isCompleted(copy)).toSorted(byNode),
  );
  const variants = Math.max(1, ...completed.map(({ length }) => length));
  return Array.from({ length: variants }, (_, at) => {
    const partitions = ids.toSorted((a, b) => a - b).map((partitionId) => partitionBackup(partitionId, copies, at));
    return { backupId, state: stateOfAll(partitions.map(({ state }) => state)), partitions };
  });
}

/** 1 to the number that the manifests name; the highest, where they differ. */
export function partitionIdsOf(copies: readonly StoredCopy[]): readonly number[] {
  const count = Math.max(0, ...copies.map(({ manifest }) => manifest?.numberOfPartitions ?? 0));
  return Array.from({ length: count }, (_, at) => at + 1);
}

/** What the copies say against each other, and against their names. */
export function copyProblems(copies: readonly StoredCopy[]): readonly SetReason[] {
  const whole = copies.filter(isCompleted);
  const counts = [...new Set(whole.flatMap(({ manifest }) => manifest?.numberOfPartitions ?? []))].toSorted(
    (a, b) => a - b,
  );
  return [
    // Of a partition without any other copy its state says it.
    ...copies
      .filter(({ partitionId }) => whole.some((other) => other.partitionId === partitionId))
      .flatMap(manifestProblems),
    ...whole.flatMap(fewerObjects),
    ...(counts.length > 1
      ? [{ code: 'ZEEBE_PARTITION_COUNT', says: `the manifests name ${counts.join(' and ')} partitions` } as const]
      : whole.flatMap(({ partitionId }): readonly SetReason[] => {
          const [count = partitionId] = counts;
          if (partitionId <= count) return [];
          const says = `partition ${partitionId} is in it, and the manifests name ${count} partitions`;
          return [{ code: 'ZEEBE_PARTITION_COUNT', says }];
        })),
    ...[...new Set(whole.map(({ partitionId }) => partitionId))].flatMap((id) =>
      differing(
        id,
        whole.filter(({ partitionId }) => partitionId === id),
      ),
    ),
  ];
}

/** Why a manifest counts for nothing; undefined where it counts. */
function manifestProblem({ backupId, partitionId, nodeId, manifest, unreadable }: StoredCopy): string | undefined {
  const where = `partition ${partitionId} on node ${nodeId}`;
  if (unreadable !== undefined) return `the manifest of ${where} cannot be read: ${unreadable}`;
  if (manifest === undefined) return undefined;
  const names = `backup ${backupId}, ${where}`;
  const own = `backup ${manifest.backupId}, partition ${manifest.partitionId} on node ${manifest.nodeId}`;
  return own === names ? undefined : `the manifest that lies under ${names} is of ${own}`;
}

/** A reader of the whole store meets it also where another copy of the partition is completed. */
function manifestProblems(copy: StoredCopy): readonly SetReason[] {
  const says = manifestProblem(copy);
  if (says === undefined) return [];
  return [{ code: copy.unreadable === undefined ? 'FOREIGN_PART' : 'ZEEBE_MANIFEST_DAMAGED', says }];
}

/** What the listing shows already; which of them are gone, and how large the others are, takes a deep verification. */
function fewerObjects({ partitionId, nodeId, manifest, contents }: StoredCopy): readonly SetReason[] {
  const files = manifest?.files;
  if (files === undefined || contents === undefined || contents.objects >= files) return [];
  const says = `partition ${partitionId} on node ${nodeId}: its manifest lists ${files} files, and ${contents.objects} objects lie there`;
  return [{ code: 'FILE_MISSING', says }];
}

function differing(id: number, copies: readonly StoredCopy[]): readonly SetReason[] {
  const checkpoints = new Set(copies.map(({ manifest }) => manifest?.checkpointPosition));
  if (checkpoints.size < 2) return [];
  const each = copies.map(({ nodeId, manifest }) => `node ${nodeId} has ${manifest?.checkpointPosition ?? 'none'}`);
  const says = `partition ${id}: COMPLETED copies with different checkpoint positions, ${each.join(', ')}`;
  return [{ code: 'ZEEBE_COPIES_DIFFER', says }];
}

const byNode = (one: StoredCopy, other: StoredCopy): number =>
  one.nodeId.localeCompare(other.nodeId, 'en', { numeric: true });

function partitionBackup(partitionId: number, copies: readonly StoredCopy[], variant: number): ZeebePartitionBackup {
  const own = copies
    .filter((copy) => copy.partitionId === partitionId)
    .toSorted((a, b) => rank(a) - rank(b) || byNode(a, b));
  const completed = own.filter(isCompleted);
  const copy = completed[variant] ?? own[0];
  if (copy === undefined) return { partitionId, state: 'DOES_NOT_EXIST' };
  const problem = manifestProblem(copy);
  if (problem !== undefined || copy.manifest === undefined) {
    return { partitionId, state: stateOf(copy), ...(problem === undefined ? {} : { failureReason: problem }) };
  }
  const { createdAt, modifiedAt, snapshotId, checkpointPosition, brokerVersion, failureReason } = copy.manifest;
  return {
    partitionId,
    state: stateOf(copy),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(modifiedAt === undefined ? {} : { lastUpdatedAt: modifiedAt }),
    ...(snapshotId === undefined ? {} : { snapshotId }),
    ...(checkpointPosition === undefined ? {} : { checkpointPosition }),
    ...(brokerVersion === undefined ? {} : { brokerVersion }),
    ...(failureReason === undefined ? {} : { failureReason }),
  };
}

/** In the order in which Zeebe's gateway decides. */
function stateOfAll(states: readonly string[]): string {
  const any = (state: string): boolean => states.includes(state);
  if (any('FAILED')) return 'FAILED';
  if (any('DOES_NOT_EXIST') && (any('IN_PROGRESS') || any('COMPLETED'))) return 'INCOMPLETE';
  return (
    ['DELETED', 'IN_PROGRESS', 'DOES_NOT_EXIST'].find(any) ??
    states.find((state) => state !== 'COMPLETED') ??
    'COMPLETED'
  );
}
