import { randomBytes } from 'node:crypto';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import { damageOf } from './damage.ts';
import type { EngineSnapshot, IndexCopy } from './engine-snapshot.ts';
import { emptyContent, isStarted, type Indices, type Recovery, type Shard } from './indices.ts';
import { capturedIndex, type Ledger } from '../ledger.ts';
import type { Repository } from './repositories.ts';

export interface RestoreRequest {
  readonly repository: Repository;
  readonly snapshot: EngineSnapshot;
  /** Indices of the snapshot, and what they are called when they are back. */
  readonly indices: readonly { readonly from: string; readonly to: string }[];
  readonly includeAliases: boolean;
  /** Replicas that were asked for instead of those that the snapshot has. */
  readonly replicas: number | undefined;
  readonly durationMs: number;
}

export interface RestoreResult {
  readonly total: number;
  readonly failed: number;
}

export interface Restore {
  readonly uuid: string;
  readonly repository: string;
  readonly snapshot: EngineSnapshot;
  /** By their new names. */
  readonly indices: readonly string[];
}

export interface Restores {
  readonly running: readonly Restore[];
  /** Replaces closed indices of the same names. Calls `ended` unless the node dies before. */
  start(request: RestoreRequest, ended?: (result: RestoreResult) => void): Restore;
  /** The node dies: what had not started stays unassigned for ever. */
  killRunning(): void;
}

interface RestoresSetup {
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly indices: Indices;
}

/** `node_concurrent_recoveries`. */
const shardsAtATime = 4;
/** For a while no shard has begun: `_recovery` is empty, and the health yellow. */
const waitingShare = 0.15;

interface Target {
  readonly from: string;
  readonly to: string;
  /** Of the index as this restore created it. */
  readonly uuid: string;
  readonly copy: IndexCopy;
  readonly shard: number;
}

export function createRestores({ clock, changes, ledger, indices }: RestoresSetup): Restores {
  const running: Restore[] = [];

  return {
    running,
    start(request, ended) {
      const { repository, snapshot, durationMs } = request;
      const restore: Restore = {
        uuid: randomBytes(16).toString('base64url'),
        repository: repository.name,
        snapshot,
        indices: request.indices.map(({ to }) => to),
      };
      const identity = { repository: repository.name, snapshot: snapshot.name, uuid: snapshot.uuid };
      ledger.add({ type: 'restore-started', ...identity, indices: restore.indices });
      const targets = request.indices.flatMap((names) => createTargets(request, names));
      running.push(restore);

      const begin = (target: Target): void =>
        setShard(target, () => ({
          state: 'INITIALIZING',
          recovery: recoveryFrom(restore, target.from, clock.now()),
        }));
      const end = (target: Target): void => {
        const { from, to, uuid, copy } = target;
        const fails = failsToRestore(request, target);
        setShard(target, ({ recovery }) =>
          fails || !recovery ? unassigned : { state: 'STARTED', recovery: { ...recovery, endedAt: clock.now() } },
        );
        const index = indices.all.get(to);
        if (index?.uuid !== uuid || !isStarted(index) || !copy.content) return;
        indices.set(to, { content: copy.content, searchable: copy.content });
        ledger.add({ type: 'index-restored', ...identity, from, captured: capturedIndex(to, copy.content) });
      };
      const finish = (): void => {
        running.splice(running.indexOf(restore), 1);
        const started = targets.filter(({ to, uuid, shard }) => {
          const index = indices.all.get(to);
          return index?.uuid === uuid && index.shards[shard]?.state === 'STARTED';
        });
        ended?.({ total: targets.length, failed: targets.length - started.length });
      };
      const runGroups = (rest: readonly Target[], eachMs: number): void => {
        if (!running.includes(restore)) return;
        if (rest.length === 0) finish();
        for (const target of rest.slice(0, shardsAtATime)) begin(target);
        changes.notify();
        if (rest.length === 0) return;
        clock.after(eachMs, () => {
          if (!running.includes(restore)) return;
          for (const target of rest.slice(0, shardsAtATime)) end(target);
          runGroups(rest.slice(shardsAtATime), eachMs);
        });
      };
      const groups = Math.ceil(targets.length / shardsAtATime);
      clock.after(groups === 0 ? 0 : durationMs * waitingShare, () =>
        runGroups(targets, (durationMs * (1 - waitingShare)) / groups),
      );
      changes.notify();
      return restore;
    },
    killRunning() {
      const lost = running.splice(0).flatMap((restore) => restore.indices);
      for (const name of lost) {
        const index = indices.all.get(name);
        if (!index || isStarted(index)) continue;
        indices.set(name, { shards: index.shards.map((shard) => (shard.state === 'STARTED' ? shard : unassigned)) });
        ledger.add({ type: 'index-lost', index: name });
      }
      changes.notify();
    },
  };

  function createTargets(
    { snapshot, includeAliases, replicas }: RestoreRequest,
    { from, to }: RestoreRequest['indices'][number],
  ): readonly Target[] {
    const copy = snapshot.copies.get(from);
    if (!copy) return [];
    const waiting: readonly Shard[] = Array.from({ length: copy.shards }, () => ({
      state: 'WAITING',
      recovery: undefined,
    }));
    indices.delete(to);
    const { uuid } = indices.create(to, emptyContent, {
      shards: copy.shards,
      replicas: replicas ?? copy.replicas,
      aliases: includeAliases ? copy.aliases : [],
    });
    indices.set(to, { shards: waiting });
    return waiting.map((_, shard) => ({ from, to, uuid, copy, shard }));
  }

  /** Nothing when the index was deleted in the meantime, and perhaps created again. */
  function setShard({ to, uuid, shard }: Target, change: (shard: Shard) => Shard): void {
    const index = indices.all.get(to);
    if (index?.uuid !== uuid) return;
    indices.set(to, { shards: index.shards.map((each, at) => (at === shard ? change(each) : each)) });
  }
}

const unassigned: Shard = { state: 'UNASSIGNED', recovery: undefined };

/** A damaged blob fails its shard; metadata of the shards that is gone fails all. */
function failsToRestore({ repository, snapshot }: RestoreRequest, { copy, shard }: Target): boolean {
  const { place } = repository;
  if (damageOf(place, snapshot).shardMetadata || !copy.content) return true;
  return place.lostData.get(copy.uuid) === shard;
}

const recoveryFrom = (restore: Restore, index: string, startedAt: number): Recovery => ({
  type: 'SNAPSHOT',
  startedAt,
  endedAt: undefined,
  source: { repository: restore.repository, snapshot: restore.snapshot.name, index, restoreUuid: restore.uuid },
});
