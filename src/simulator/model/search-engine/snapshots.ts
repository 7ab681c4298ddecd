import { randomBytes } from 'node:crypto';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { EngineSnapshot, IndexCopy, ShardFailure } from './engine-snapshot.ts';
import type { Index } from './indices.ts';
import { capturedIndex, type Ledger } from '../ledger.ts';
import type { Repositories, Stale } from './repositories.ts';

/** How a snapshot ends beside SUCCESS. `VANISHED` is what a node's death leaves: nothing. */
export interface SnapshotFate {
  /** Which snapshot it is for. */
  readonly name: RegExp;
  readonly ends?: 'PARTIAL' | 'FAILED' | 'VANISHED';
  readonly durationMs?: number;
  /** What the engine calls it in the end, as another release might. */
  readonly called?: string;
}

export interface SnapshotRequest {
  readonly repository: string;
  readonly name: string;
  readonly indices: readonly string[];
  readonly includeGlobalState: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly durationMs: number;
  /** The application that takes it; absent where a client asks for it. */
  readonly by?: string;
}

/** A snapshot as it was when it ended, and who took it. */
export interface MadeSnapshot {
  readonly by: string | null;
  readonly snapshot: EngineSnapshot;
}

/** Why nothing is left of a snapshot that was accepted. */
export type Loss = 'deleted' | 'node died' | 'not writable' | Stale;

export type SnapshotEnd = (snapshot: EngineSnapshot | undefined, loss?: Loss) => void;

export interface Snapshots {
  /** Of every repository, running or not, in the order of their starts. */
  readonly all: readonly EngineSnapshot[];
  readonly running: readonly EngineSnapshot[];
  /** Every one that ended and was written, as it was then. */
  readonly made: readonly MadeSnapshot[];
  find(repository: string, name: string): EngineSnapshot | undefined;
  /**
   * Calls `ended` with the last state of the snapshot; with undefined when nothing is left of it. Starts nothing, and
   * returns undefined, when there is no such repository or it cannot be read.
   */
  start(request: SnapshotRequest, ended?: SnapshotEnd): EngineSnapshot | undefined;
  /** Stores parts of a finished snapshot under another name. */
  clone(source: EngineSnapshot, repository: string, name: string, indices: readonly string[]): Stale | undefined;
  /** Also aborts a running one. Through the repository it was taken in, where no other is named. */
  delete(snapshot: EngineSnapshot, repository?: string): Stale | undefined;
  /** The node dies: what was running is gone. */
  killRunning(): void;
  /** Decides how the next snapshot whose name matches goes. */
  decideNext(fate: SnapshotFate): void;
}

interface Running {
  snapshot: EngineSnapshot;
  readonly by: string | null;
  readonly ended: SnapshotEnd | undefined;
}

interface SnapshotsSetup {
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly repositories: Repositories;
  /** The index now; undefined when there is no such index. */
  readonly read: (index: string) => Index | undefined;
}

/** Shards are read a few at a time, each as it is when its turn comes. */
const shardsAtATime = 5;
export const notAllocated = 'primary shard is not allocated';

export function createSnapshots({ clock, changes, ledger, repositories, read }: SnapshotsSetup): Snapshots {
  const running: Running[] = [];
  const fates: SnapshotFate[] = [];
  const made: MadeSnapshot[] = [];

  const takeOut = (uuid: string): Running | undefined => {
    const at = running.findIndex(({ snapshot }) => snapshot.uuid === uuid);
    return at < 0 ? undefined : running.splice(at, 1)[0];
  };
  const all = (): readonly EngineSnapshot[] =>
    [...repositories.places.flatMap(({ stored }) => stored), ...running.map(({ snapshot }) => snapshot)].sort(
      (one, other) => one.startedAt - other.startedAt,
    );

  /** What becomes of it once every shard was read. */
  const finish = (uuid: string, { ends, called }: Pick<SnapshotFate, 'ends' | 'called'> = {}): void => {
    const found = takeOut(uuid);
    if (!found) return;
    const { snapshot, by, ended } = found;
    const repository = repositories.get(snapshot.repository);
    const failures = ends === undefined ? snapshot.failures : failuresOf(snapshot, ends);
    const outcome = ends === 'FAILED' ? 'FAILED' : failures.length > 0 ? 'PARTIAL' : 'SUCCESS';
    const last: EngineSnapshot = { ...snapshot, state: called ?? outcome, endedAt: clock.now(), failures };
    const loss: Loss | undefined =
      ends === 'VANISHED' || !repository
        ? 'node died'
        : repository.place.writable
          ? repositories.write(repository, (stored) => [...stored, last])
          : 'not writable';
    const state = loss === undefined ? outcome : 'VANISHED';
    if (loss === undefined) made.push({ by, snapshot: last });
    ledger.add({ type: 'snapshot-ended', ...identity(last), state, captured: state === 'VANISHED' ? [] : held(last) });
    ended?.(loss === undefined ? last : undefined, loss);
    changes.notify();
  };

  return {
    get all() {
      return all();
    },
    get running() {
      return running.map(({ snapshot }) => snapshot);
    },
    made,
    find: (repository, name) => all().find((each) => each.repository === repository && each.name === name),
    start({ durationMs, by = null, ...request }, ended) {
      const repository = repositories.get(request.repository);
      if (!repository || 'unreadable' in repositories.load(repository, 'write')) {
        ended?.(undefined);
        return undefined;
      }
      const fateAt = fates.findIndex(({ name }) => name.test(request.name));
      const fate = fateAt < 0 ? undefined : fates.splice(fateAt, 1)[0];
      const lastsMs = fate?.durationMs ?? durationMs;
      const found = request.indices.flatMap((name) => read(name) ?? []);
      const copies = new Map(found.map((index) => [index.name, copyOf(index)]));
      const done = new Set<string>();
      const snapshot: EngineSnapshot = {
        ...request,
        uuid: randomBytes(16).toString('base64url'),
        state: 'IN_PROGRESS',
        startedAt: clock.now(),
        endedAt: undefined,
        copies,
        done,
        failures: found.flatMap(unallocated),
      };
      running.push({ snapshot, by, ended });
      ledger.add({ type: 'snapshot-started', ...identity(snapshot), by });
      const groups = Math.ceil(request.indices.length / shardsAtATime);
      // Each plans the next: timers of different lengths need not come in their order when the process is busy.
      const runGroup = (group: number): void => {
        for (const name of request.indices.slice(0, group * shardsAtATime)) done.add(name);
        for (const name of request.indices.slice(group * shardsAtATime, (group + 1) * shardsAtATime)) {
          const copy = copies.get(name);
          const isWhole = !snapshot.failures.some(({ index }) => index === name);
          if (copy) copies.set(name, { ...copy, content: isWhole ? read(name)?.content : undefined });
        }
        const next = group + 1;
        const nextAt = snapshot.startedAt + lastsMs * Math.min(next / groups, 1);
        clock.after(Math.max(nextAt - clock.now(), 0), () => {
          if (next >= groups) finish(snapshot.uuid, fate);
          else if (running.some((each) => each.snapshot.uuid === snapshot.uuid)) runGroup(next);
        });
      };
      runGroup(0);
      changes.notify();
      return snapshot;
    },
    clone(source, through, name, indices) {
      const repository = repositories.get(through);
      if (!repository) return undefined;
      const copies = new Map([...source.copies].filter(([index]) => indices.includes(index)));
      const uuid = randomBytes(16).toString('base64url');
      const at = clock.now();
      const clone = { ...source, name, uuid, repository: through, indices, copies, startedAt: at, endedAt: at };
      const stale = repositories.write(repository, (stored) => [...stored, clone]);
      if (stale) return stale;
      made.push({ by: null, snapshot: clone });
      ledger.add({ type: 'snapshot-started', ...identity(clone), by: null });
      ledger.add({ type: 'snapshot-ended', ...identity(clone), state: 'SUCCESS', captured: held(clone) });
      changes.notify();
      return undefined;
    },
    delete(snapshot, through = snapshot.repository) {
      const aborted = takeOut(snapshot.uuid);
      const repository = repositories.get(through);
      if (!aborted) {
        if (!repository) return undefined;
        const stale = repositories.write(repository, (stored) => stored.filter(({ uuid }) => uuid !== snapshot.uuid));
        if (stale) return stale;
      }
      ledger.add({ type: 'snapshot-deleted', ...identity(snapshot) });
      aborted?.ended?.(undefined, 'deleted');
      changes.notify();
      return undefined;
    },
    killRunning() {
      for (const { snapshot, ended } of running.splice(0)) {
        ledger.add({ type: 'snapshot-ended', ...identity(snapshot), state: 'VANISHED', captured: [] });
        ended?.(undefined, 'node died');
      }
      changes.notify();
    },
    decideNext: (fate) => void fates.push(fate),
  };
}

const identity = ({ repository, name, uuid }: EngineSnapshot) => ({ repository, snapshot: name, uuid });

const held = ({ copies }: EngineSnapshot) =>
  [...copies].flatMap(([index, { content }]) => (content ? [capturedIndex(index, content)] : []));

const copyOf = ({ uuid, shards, replicas, aliases }: Index): IndexCopy => ({
  uuid,
  replicas,
  aliases,
  shards: shards.length,
  content: undefined,
});

const unallocated = ({ name, shards }: Index): readonly ShardFailure[] =>
  shards.flatMap(({ state }, shard) => (state === 'STARTED' ? [] : [{ index: name, shard, reason: notAllocated }]));

/** Those that were asked for by hand: of the first index, or of all. */
function failuresOf({ copies }: EngineSnapshot, ends: NonNullable<SnapshotFate['ends']>): readonly ShardFailure[] {
  const failed = ends === 'FAILED' ? [...copies] : [...copies].slice(0, 1);
  return failed.flatMap(([index, { shards }]) =>
    Array.from({ length: shards }, (_, shard) => ({ index, shard, reason: notAllocated })),
  );
}
