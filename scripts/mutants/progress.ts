import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Outcome } from './judge-mutants.ts';
import type { Mutant } from './mutant.ts';

/** What was noticed before, for a run that goes on where one was stopped. */
export interface Progress {
  outcomeOf(mutant: Mutant): Outcome | undefined;
  keep(outcome: Outcome): Promise<void>;
}

const Kept = z.record(z.string(), z.object({ by: z.string(), seconds: z.number() }));

/** Kept beside the packages. Without `resume` nothing of before counts. */
export async function createProgress(root: string, resume: boolean): Promise<Progress> {
  const path = join(root, 'node_modules/.cache/camunda-backup/mutants.json');
  const sources = await digestOf(root);
  const key = (mutant: Mutant): string =>
    createHash('sha256').update(sources).update(JSON.stringify(mutant)).digest('hex');
  const kept = resume ? Kept.parse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}'))) : {};
  return {
    outcomeOf(mutant) {
      const found = kept[key(mutant)];
      return found === undefined ? undefined : { mutant, noticed: true, ...found };
    },
    async keep({ mutant, noticed, by, seconds }) {
      if (!noticed) return;
      kept[key(mutant)] = { by, seconds };
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(kept));
    },
  };
}

/** Of the sources and all tests. */
async function digestOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['src', 'test']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files.sort()) hash.update(`${file.slice(root.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}
