import { randomBytes } from 'node:crypto';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { IndexContent } from './indices.ts';
import { capturedIndex, type Ledger } from './ledger.ts';

export interface EngineSnapshot {
  readonly name: string;
  readonly uuid: string;
  readonly repository: string;
  readonly state: 'IN_PROGRESS' | 'SUCCESS' | 'PARTIAL' | 'FAILED';
  readonly indices: readonly string[];
  readonly includeGlobalState: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt: number;
  /** undefined while in progress. */
  readonly endedAt: number | undefined;
  readonly failedIndices: readonly string[];
  /** What each index held when the snapshot came to it. */
  readonly captured: ReadonlyMap<string, IndexContent>;
}

/** How a snapshot ends beside SUCCESS. `VANISHED` is what a node's death leaves: nothing. */
export interface SnapshotFate {
  /** Which snapshot it is for. */
  readonly name: RegExp;
  readonly ends?: 'PARTIAL' | 'FAILED' | 'VANISHED';
  readonly durationMs?: number;
}

export interface SnapshotRequest {
  readonly repository: string;
  readonly name: string;
  readonly indices: readonly string[];
  readonly includeGlobalState: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly durationMs: number;
}

export interface Snapshots {
  readonly all: readonly EngineSnapshot[];
  find(repository: string, name: string): EngineSnapshot | undefined;
  /** Calls `ended` with the last state of the snapshot; with undefined when it vanished or was deleted before. */
  start(request: SnapshotRequest, ended?: (snapshot: EngineSnapshot | undefined) => void): EngineSnapshot;
  /** Also aborts a running one. */
  delete(snapshot: EngineSnapshot): void;
  /** Decides how the next snapshot whose name matches goes. */
  decideNext(fate: SnapshotFate): void;
}

/** Shards are read a few at a time, each as it is when its turn comes. */
const shardsAtATime = 5;

export function createSnapshots(
  clock: Clock,
  changes: Changes,
  ledger: Ledger,
  /** The content of an index now; undefined when there is no such index. */
  read: (index: string) => IndexContent | undefined,
): Snapshots {
  const all: EngineSnapshot[] = [];
  const fates: SnapshotFate[] = [];
  const indexOf = (uuid: string): number => all.findIndex((snapshot) => snapshot.uuid === uuid);

  const end = (started: EngineSnapshot, ends: SnapshotFate['ends']): EngineSnapshot | undefined => {
    const at = indexOf(started.uuid);
    if (at < 0) return undefined;
    ledger.add({
      type: 'snapshot-ended',
      ...identity(started),
      state: ends ?? 'SUCCESS',
      captured:
        ends === undefined ? [...started.captured].map(([index, content]) => capturedIndex(index, content)) : [],
    });
    if (ends === 'VANISHED') {
      all.splice(at, 1);
      return undefined;
    }
    const ended: EngineSnapshot = {
      ...started,
      state: ends ?? 'SUCCESS',
      endedAt: clock.now(),
      failedIndices: ends === 'FAILED' ? started.indices : ends === 'PARTIAL' ? started.indices.slice(0, 1) : [],
    };
    all.splice(at, 1, ended);
    return ended;
  };

  return {
    all,
    find: (repository, name) => all.find((snapshot) => snapshot.repository === repository && snapshot.name === name),
    start({ durationMs, ...request }, ended) {
      const fateAt = fates.findIndex(({ name }) => name.test(request.name));
      const fate = fateAt < 0 ? undefined : fates.splice(fateAt, 1)[0];
      const lastsMs = fate?.durationMs ?? durationMs;
      const captured = new Map<string, IndexContent>();
      const started: EngineSnapshot = {
        ...request,
        uuid: randomBytes(16).toString('base64url'),
        state: 'IN_PROGRESS',
        startedAt: clock.now(),
        endedAt: undefined,
        failedIndices: [],
        captured,
      };
      all.push(started);
      ledger.add({ type: 'snapshot-started', ...identity(started) });
      const groups = Math.ceil(request.indices.length / shardsAtATime);
      for (let group = 0; group < groups; group++) {
        const capture = (): void => {
          for (const index of request.indices.slice(group * shardsAtATime, (group + 1) * shardsAtATime)) {
            const content = read(index);
            if (content) captured.set(index, content);
          }
        };
        if (group === 0) capture();
        else clock.after((lastsMs * group) / groups, capture);
      }
      changes.notify();
      clock.after(lastsMs, () => {
        const last = end(started, fate?.ends);
        ended?.(last);
        changes.notify();
      });
      return started;
    },
    delete(snapshot) {
      const at = indexOf(snapshot.uuid);
      if (at >= 0) {
        all.splice(at, 1);
        ledger.add({ type: 'snapshot-deleted', ...identity(snapshot) });
      }
      changes.notify();
    },
    decideNext: (fate) => void fates.push(fate),
  };
}

const identity = ({ repository, name, uuid }: EngineSnapshot) => ({ repository, snapshot: name, uuid });
