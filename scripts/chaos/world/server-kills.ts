import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosServer } from './world.ts';

/** Shorter than a caller waits: those who gather hold a call each. */
const gatherMs = 1_000;

export interface ServerDeath {
  /** Resolves when it serves again. */
  readonly restarted: Promise<void>;
}

/** Resolves when the server is dead. It dies once for all that want it within a moment, and so as many backups meet it at their own steps. */
export function createServerKills(server: ChaosServer): () => Promise<ServerDeath> {
  let dying: Promise<ServerDeath> | undefined;
  return () =>
    (dying ??= sleep(gatherMs).then(async () => {
      await server.kill();
      const restarted = server.restart().finally(() => (dying = undefined));
      return { restarted };
    }));
}
