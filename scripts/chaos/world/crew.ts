import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPart, type Part } from '../../../src/parts/part.ts';
import type { Release, Releases } from './releases.ts';
import { chaosSettings } from './settings.ts';

/** The worker processes of one cluster, one at a time. */
export interface Crew {
  /** Without a release: of the one that was hired last. */
  hire(release?: Release): Promise<void>;
  readonly release: Release;
  /** The last lines of every process's log, in their order. */
  lastLines(): readonly string[];
  /** Of the one that works; nothing where none does. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Back to the release under test, when nothing runs. */
  settle(): Promise<void>;
  dismiss(): Promise<void>;
}

interface CrewOptions {
  readonly releases: Releases;
  readonly folder: string;
  readonly clusterFile: string;
  readonly taskQueue: string;
  readonly address: string;
}

const shownLines = 12;

export function createCrew({ releases, folder, clusterFile, taskQueue, address }: CrewOptions): Crew {
  let worker: Part | undefined;
  const logFiles: string[] = [];
  let current: Release = 'present';
  const kill = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const leaving = worker;
    worker = undefined;
    await leaving?.kill(signal);
  };
  const hire = async (release = current): Promise<void> => {
    current = release;
    const logFile = join(folder, `worker-${logFiles.length + 1}.log`);
    logFiles.push(logFile);
    worker = await startPart({
      name: `worker of ${taskQueue}`,
      command: process.execPath,
      args: [join(releases[release], 'worker.js')],
      env: {
        ...chaosSettings,
        TEMPORAL_ADDRESS: address,
        CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile,
        CAMUNDA_BACKUP_TASK_QUEUE: taskQueue,
      },
      cwd: folder,
      logFile,
      ready: async () => readFileSync(logFile, 'utf8').includes('Worker runs'),
      readyWithinMs: 120_000,
    });
  };
  return {
    hire,
    get release() {
      return current;
    },
    lastLines: () =>
      logFiles.slice(-2).flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-shownLines)),
    kill,
    async settle() {
      if (current === 'present') return;
      await kill('SIGTERM');
      await hire('present');
    },
    dismiss: () => kill('SIGKILL'),
  };
}
