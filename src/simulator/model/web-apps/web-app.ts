import type { Clock } from '../clock.ts';
import type { SearchEngine } from '../search-engine/search-engine.ts';
import type { EngineSnapshot } from '../search-engine/engine-snapshot.ts';
import { createImporter } from './importer.ts';
import { effects, importPositionIndex, indicesOfParts, type WebAppName } from './web-app-indices.ts';

export interface WebAppBackupView {
  readonly backupId: number;
  readonly state: 'COMPLETED' | 'IN_PROGRESS' | 'INCOMPLETE' | 'FAILED';
  readonly failureReason: string | null;
  readonly parts: readonly EngineSnapshot[];
}

export type WebAppTakeOutcome =
  | { readonly scheduled: readonly string[] }
  | { readonly refused: 'NO_REPOSITORY' | 'ANOTHER_RUNS' }
  | { readonly refused: 'EXISTS'; readonly found: readonly EngineSnapshot[] };

export interface WebApp {
  readonly name: WebAppName;
  /** Registered name that the application was configured with; undefined when it was configured with none. */
  readonly repository: string | undefined;
  take(backupId: number): WebAppTakeOutcome;
  get(backupId: number): WebAppBackupView | undefined;
  /** Newest first. */
  list(): readonly WebAppBackupView[];
  /** Ends later: the snapshots can be read for a moment after the call. */
  delete(backupId: number): void;
  /** Whether its process runs. The queue of parts lives in memory only: what is not started when it stops never is. */
  running: boolean;
  /** Imports what has become searchable, where it imports. */
  advance(): void;
}

interface WebAppSettings {
  readonly version: string;
  readonly repository: string | undefined;
  /** Indices that it has beside those of the parts of its backup. */
  readonly leftOut: readonly string[];
  readonly partDurationMs: number;
  readonly deleteDelayMs: number;
}

/** Between two parts there is a moment in which none is in progress. It belongs to the part before it. */
const gapAfterPart = (partDurationMs: number): number => Math.min(partDurationMs / 5, 200);

/** How long each part has to take so that all of them take `wholeMs`: after the last there is no gap. */
export function partDurationFor(wholeMs: number, parts: number): number {
  const withShortGap = wholeMs / (parts - 1 / 5);
  return gapAfterPart(withShortGap) < 200 ? withShortGap : (wholeMs + 200) / parts;
}

export function createWebApp(name: WebAppName, settings: WebAppSettings, engine: SearchEngine, clock: Clock): WebApp {
  const parts = indicesOfParts[name];
  /** Changes with each backup and each restart, so that what an earlier one planned is void. */
  let queue: object | undefined;
  const create = (index: string): void =>
    void engine.indices.create(
      index,
      { valueTypes: effects.get(index) ?? [], documents: effects.has(index) ? 0 : 1 },
      index.endsWith('_') ? { aliases: [`${index}alias`] } : {},
    );
  // As at a start: what is missing is made anew.
  const createMissing = (): void => {
    for (const index of [...parts.flat(), ...settings.leftOut]) if (!engine.indices.all.has(index)) create(index);
  };
  createMissing();
  engine.definitions.addOfWebApp(name, parts.flat());
  const own = parts.flat().filter((index) => effects.has(index));
  const positionIndex = importPositionIndex[name];
  const importer = positionIndex === undefined ? undefined : createImporter(engine, positionIndex, own);
  let running = true;

  const partName = (backupId: number, partNo: number): string =>
    `camunda_${name}_${backupId}_${settings.version}_part_${partNo}_of_${parts.length}`;
  const snapshotsOf = (backupId: number): readonly EngineSnapshot[] =>
    engine.snapshots.all.filter(
      (snapshot) =>
        snapshot.repository === settings.repository && snapshot.name.startsWith(`camunda_${name}_${backupId}_`),
    );
  const view = (backupId: number): WebAppBackupView | undefined => {
    const found = snapshotsOf(backupId);
    return found.length === 0 ? undefined : fold(backupId, found, parts.length);
  };

  const runPart = (repository: string, backupId: number, partNo: number, own: object): void => {
    const indices = parts[partNo - 1];
    if (!indices || queue !== own) return;
    const { partDurationMs } = settings;
    const gapMs = gapAfterPart(partDurationMs);
    engine.snapshots.start(
      {
        repository,
        name: partName(backupId, partNo),
        indices,
        includeGlobalState: name !== 'optimize',
        metadata: { partCount: parts.length, version: settings.version, partNo, backupId },
        durationMs: partDurationMs - gapMs,
        by: name,
      },
      (snapshot) => {
        if (queue !== own) return;
        // The applications give up the rest of the queue when a part does not succeed.
        const more = snapshot?.state === 'SUCCESS' && partNo < parts.length;
        if (more) clock.after(gapMs, () => runPart(repository, backupId, partNo + 1, own));
        else queue = undefined;
      },
    );
  };

  return {
    name,
    repository: settings.repository,
    take(backupId) {
      const { repository } = settings;
      if (repository === undefined || !engine.repositories.has(repository)) return { refused: 'NO_REPOSITORY' };
      const found = snapshotsOf(backupId);
      if (found.length > 0) return { refused: 'EXISTS', found };
      if (queue) return { refused: 'ANOTHER_RUNS' };
      const own = {};
      queue = own;
      runPart(repository, backupId, 1, own);
      return { scheduled: parts.map((_, at) => partName(backupId, at + 1)) };
    },
    get: view,
    list() {
      const ids = new Set<number>();
      for (const snapshot of engine.snapshots.all.toReversed()) {
        const id = new RegExp(`^camunda_${name}_(\\d+)_`).exec(snapshot.name)?.[1];
        if (id !== undefined && snapshot.repository === settings.repository) ids.add(Number(id));
      }
      return [...ids].flatMap((id) => {
        const backup = view(id);
        return backup ? [{ ...backup, parts: backup.parts.toReversed() }] : [];
      });
    },
    delete(backupId) {
      // Known bug up to 8.7: the names are built from the running version; parts of another version stay.
      for (let partNo = 1; partNo <= parts.length; partNo++) {
        // One after another: for a moment the backup has fewer parts.
        clock.after((settings.deleteDelayMs / 2) * (1 + partNo / parts.length), () => {
          const snapshot = engine.snapshots.find(settings.repository ?? '', partName(backupId, partNo));
          if (snapshot) engine.snapshots.delete(snapshot);
        });
      }
    },
    get running() {
      return running;
    },
    set running(runs) {
      if (runs && !running) createMissing();
      if (!runs) queue = undefined;
      running = runs;
    },
    advance() {
      if (running && engine.writable) importer?.advance();
    },
  };
}

function fold(backupId: number, parts: readonly EngineSnapshot[], expected: number): WebAppBackupView {
  const broken = parts.filter(({ state }) => state === 'FAILED' || state === 'PARTIAL');
  if (broken.length > 0) {
    const failureReason = `There were failures with the following snapshots: ${broken.map(({ name }) => name).join(', ')}`;
    return { backupId, state: 'FAILED', failureReason, parts };
  }
  const running = parts.some(({ state }) => state === 'IN_PROGRESS');
  const state = running ? 'IN_PROGRESS' : parts.length < expected ? 'INCOMPLETE' : 'COMPLETED';
  return { backupId, state, failureReason: null, parts };
}
