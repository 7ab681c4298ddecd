import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { mutants } from '../../../scripts/mutants/catalog/index.ts';
import { judgeMutants } from '../../../scripts/mutants/judge-mutants.ts';
import { isQuick, type Mutant } from '../../../scripts/mutants/mutant.ts';
import { createWorkspace } from '../../../scripts/mutants/workspace.ts';

const seed = Number(process.env['MUTANTS_SEED'] ?? 1);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `count` of them, by a linear congruential sequence. */
function chosen(from: readonly Mutant[], count: number): readonly Mutant[] {
  const left = [...from];
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return left.splice(state % left.length, 1);
  }).flat();
}

test(
  'five guards of the core, switched off one at a time, are each noticed by a test',
  { timeout: 120_000 },
  async () => {
    const five = chosen(mutants.filter(isQuick), 5);
    const workspaces = await Promise.all(Array.from({ length: availableParallelism() }, () => createWorkspace(root)));
    onTestFinished(() => Promise.all(workspaces.map((workspace) => workspace.remove())).then(() => undefined));

    const survivors: string[] = [];
    for await (const { mutant, noticed, by } of judgeMutants(five, workspaces, new AbortController().signal)) {
      process.stdout.write(`seed ${seed}: ${mutant.id}: ${by}\n`);
      if (!noticed) survivors.push(mutant.id);
    }

    expect(survivors).toEqual([]);
  },
);
