import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createCalls } from './calls.ts';
import type { Answered } from './calls.ts';
import { BackupStoreError } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { defaultTimeoutMs } from '../model/store-options.ts';
import type { FolderStoreOptions } from '../model/store-options.ts';

/** A folder, on this machine or mounted. Half-written files and other files of ours are never seen as objects. */
export function createFolderStore({ basePath, timeoutMs = defaultTimeoutMs }: FolderStoreOptions): ObjectStore {
  const calls = createCalls({ timeoutMs, secrets: [], needs, answered });
  const run = calls.run;

  /** Throws for a key that would leave the folder. */
  function path(key: string): string {
    const names = key.split('/');
    if (!names.some((name) => name === '' || name === '.' || name === '..' || name.includes('\0'))) {
      return join(basePath, ...names);
    }
    throw new BackupStoreError(`No object of ${basePath} can have the key ${JSON.stringify(key)}`, {
      kind: 'unexpected',
    });
  }

  /** What is directly in a folder; nothing when there is no such folder. A root that is missing is a mount that is missing. */
  const readFolder = (folder: string, signal: AbortSignal | undefined) =>
    run(`list ${join(basePath, folder)}`, signal, async () => {
      try {
        return await readdir(join(basePath, folder), { withFileTypes: true });
      } catch (error) {
        if (!isAbsent(error) || folder === '') throw error;
        await stat(basePath);
        return [];
      }
    });

  async function* walk(folder: string, prefix: string, signal: AbortSignal | undefined): AsyncGenerator<StoredObject> {
    const entries = (await readFolder(folder, signal))
      .map((entry) => ({
        isFolder: entry.isDirectory(),
        key: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`,
      }))
      .filter(({ key, isFolder }) => key.startsWith(prefix) || (isFolder && prefix.startsWith(key)))
      .filter(({ key }) => !isUnfinished(key))
      // With the slash in the name this is the order of the whole keys.
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const files = await run(`list ${join(basePath, folder)}`, signal, () =>
      Promise.all(entries.map(async ({ key, isFolder }) => (isFolder ? undefined : describe(key)))),
    );
    for (const [i, { key, isFolder }] of entries.entries()) {
      const file = files[i];
      if (isFolder) yield* walk(key, prefix, signal);
      else if (file !== undefined) yield file;
    }
  }

  /** undefined for what is no file, or was deleted since it was listed. */
  async function describe(key: string): Promise<StoredObject | undefined> {
    try {
      const found = await stat(path(key));
      return found.isFile() ? { key, size: found.size, modifiedAt: found.mtime.toISOString() } : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  const opening = (key: string) => (): Readable => createReadStream(path(key), { highWaterMark: pieceBytes });

  return {
    place: basePath,

    list: (prefix, signal) => walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, signal),

    async folders(prefix, signal) {
      const entries = await readFolder(prefix, signal);
      return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort();
    },

    read: (key, signal) =>
      run(`read ${join(basePath, key)}`, signal, async () => {
        try {
          return await readFile(path(key));
        } catch (error) {
          if (!isAbsent(error) && codeOf(error) !== 'EISDIR') throw error;
          await stat(basePath);
          return undefined;
        }
      }),

    stream: (key, signal) => calls.stream(`read ${join(basePath, key)}`, signal, opening(key)),
    readThrough: (key, take, signal) => calls.readThrough(`read ${join(basePath, key)}`, signal, opening(key), take),

    create: (key, content, signal) =>
      run(`write ${join(basePath, key)}`, signal, async () => {
        const target = path(key);
        await stat(basePath);
        const made = await mkdir(dirname(target), { recursive: true });
        const unfinished = join(dirname(target), `${unfinishedStart}${randomUUID()}`);
        try {
          await writeThrough(unfinished, content);
          // A link, unlike a rename, never takes the place of another file.
          await link(unfinished, target);
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'exists';
          throw error;
        } finally {
          await unlink(unfinished).catch(() => {});
        }
        await syncFolders(dirname(target), made === undefined ? dirname(target) : dirname(made));
        return 'created';
      }),

    readDeletionRules: () => Promise.resolve([]),
    close: () => {},
  };
}

const pieceBytes = 256 * 1024;

const unfinishedStart = '.camunda-backup-unfinished-';
const isUnfinished = (key: string): boolean => (key.split('/').at(-1) ?? '').startsWith(unfinishedStart);

async function writeThrough(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name survives a loss of power only when its folder was written, too. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  const folder = await open(from, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  if (from !== upTo) await syncFolders(dirname(from), upTo);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));

/** What the operating system answers for good; everything else, as a stale mount, can pass. */
const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ENOTSUP']);

const needs = {
  list: 'the permissions r and x on the folder for the user of this process',
  read: 'the permission r on the file for the user of this process',
  write: 'the permissions w and x on the folder for the user of this process',
};

function answered(error: unknown): Answered | undefined {
  const code = codeOf(error);
  if (!refusals.has(code)) return undefined;
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? { code, forbidden: true } : { code };
}
