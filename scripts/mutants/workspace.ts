import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as typescript from 'prettier/plugins/typescript';
import type { Mutant } from './mutant.ts';

/** A copy of the tree in which one mutant at a time is tried. */
export interface Workspace {
  readonly folder: string;
  /** Tries something while the mutant's text is in its file, and puts the file back. */
  withMutant<T>(mutant: Mutant, work: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

const left: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', 'coverage']);

export async function createWorkspace(root: string): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-mutants-'));
  for (const name of await readdir(root)) {
    if (!left.has(name)) await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await linkPackages(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    async withMutant(mutant, work) {
      const path = join(folder, mutant.file);
      const original = await readFile(path, 'utf8');
      await writeFile(path, mutated(mutant, original));
      try {
        return await work();
      } finally {
        await writeFile(path, original);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Each by itself: what builds and tools keep beside the packages stays the copy's own. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (name === '.bin' || !name.startsWith('.')) await symlink(join(from, name), join(to, name));
  }
}

/** The file's text with the guard off. Throws where that is no program, or the same program. */
function mutated(mutant: Mutant, original: string): string {
  const text = replaced(mutant, original);
  if (program(text, `Mutant ${mutant.id} of ${mutant.file}`) === program(original, mutant.file)) {
    throw new Error(`Mutant ${mutant.id}: ${mutant.file} is the same program with it.`);
  }
  return text;
}

/** Throws where the text to replace does not occur once. */
export function replaced({ id, file, find, replace }: Mutant, original: string): string {
  const [before, after, ...more] = original.split(find);
  if (before !== undefined && after !== undefined && more.length === 0) return `${before}${replace}${after}`;
  const times = more.length + (after === undefined ? 0 : 1);
  throw new Error(`Mutant ${id}: its text occurs ${times} times in ${file}, not once: ${find}`);
}

/** What is left of a file without comments, white space and places. */
function program(text: string, what: string): string {
  try {
    const tree: unknown = typescript.parsers.typescript.parse(text, Object({ filepath: 'a.ts' }));
    return JSON.stringify(tree, (key, value: unknown) =>
      beside.has(key) ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    );
  } catch (error) {
    throw new Error(`${what} is no program: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

const beside: ReadonlySet<string> = new Set(['comments', 'tokens', 'range', 'loc', 'start', 'end', 'parent']);
