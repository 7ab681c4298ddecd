import { randomBytes } from 'node:crypto';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { Exported } from './exported-records.ts';

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
  /** What the record indices held when it started. */
  readonly exported: Exported;
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
  readonly exported: Exported;
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

export function createSnapshots(clock: Clock, changes: Changes): Snapshots {
  const all: EngineSnapshot[] = [];
  const fates: SnapshotFate[] = [];
  const indexOf = (uuid: string): number => all.findIndex((snapshot) => snapshot.uuid === uuid);

  const end = (started: EngineSnapshot, ends: SnapshotFate['ends']): EngineSnapshot | undefined => {
    const at = indexOf(started.uuid);
    if (at < 0) return undefined;
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
    start({ durationMs, exported, ...request }, ended) {
      const fateAt = fates.findIndex(({ name }) => name.test(request.name));
      const fate = fateAt < 0 ? undefined : fates.splice(fateAt, 1)[0];
      const started: EngineSnapshot = {
        ...request,
        uuid: randomBytes(16).toString('base64url'),
        state: 'IN_PROGRESS',
        startedAt: clock.now(),
        endedAt: undefined,
        failedIndices: [],
        exported: new Map(exported),
      };
      all.push(started);
      changes.notify();
      clock.after(fate?.durationMs ?? durationMs, () => {
        const last = end(started, fate?.ends);
        ended?.(last);
        changes.notify();
      });
      return started;
    },
    delete(snapshot) {
      const at = indexOf(snapshot.uuid);
      if (at >= 0) all.splice(at, 1);
      changes.notify();
    },
    decideNext: (fate) => void fates.push(fate),
  };
}
