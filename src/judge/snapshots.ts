import type { CapturedIndex, PartChange } from './schema.ts';

/** What became of the last snapshot of a name in a repository. */
export interface FoundSnapshot {
  readonly repository: string;
  readonly name: string;
  readonly uuid: string;
  readonly fate: 'running' | 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'damaged' | 'deleted' | 'vanished';
  readonly captured: readonly CapturedIndex[];
}

/** A name is free again as soon as its snapshot is gone: only the UUID tells one from the next. */
export function findSnapshots(
  changes: readonly PartChange[],
  repository: string | undefined,
  damaged: readonly string[],
): readonly FoundSnapshot[] {
  const last = new Map<string, FoundSnapshot>();
  for (const change of changes) {
    if (!isOfSnapshot(change) || (repository !== undefined && change.repository !== repository)) continue;
    const { repository: within, snapshot: name, uuid } = change;
    const key = JSON.stringify([within, name]);
    const known = last.get(key);
    if (change.type === 'snapshot-started') {
      last.set(key, { repository: within, name, uuid, fate: 'running', captured: [] });
    } else if (known?.uuid === uuid && known.fate !== 'deleted') {
      if (change.type === 'snapshot-deleted') last.set(key, { ...known, fate: 'deleted', captured: [] });
      else if (change.state === 'VANISHED') last.set(key, { ...known, fate: 'vanished', captured: [] });
      else last.set(key, { ...known, fate: change.state, captured: change.captured });
    }
  }
  return [...last.values()].map((each) =>
    each.fate === 'SUCCESS' && damaged.includes(each.uuid) ? { ...each, fate: 'damaged' } : each,
  );
}

type OfSnapshot = Extract<PartChange, { readonly snapshot: string }>;

const isOfSnapshot = (change: PartChange): change is OfSnapshot => 'snapshot' in change;
