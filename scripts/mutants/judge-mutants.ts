import { isQuick, type Mutant, type Witness } from './mutant.ts';
import { tryMutant, tryTests, type Tried } from './try-tests.ts';
import type { Workspace } from './workspace.ts';

/** What became of one mutant. */
export interface Outcome {
  readonly mutant: Mutant;
  /** Whether a test failed, as it must. */
  readonly noticed: boolean;
  /** The title of that test; or what happened instead. */
  readonly by: string;
  readonly seconds: number;
}

/** Throws where a test fails without any mutant, or a witness is no test. */
export async function readUnmutated(
  chosen: readonly Mutant[],
  [workspace]: readonly Workspace[],
  signal: AbortSignal,
): Promise<void> {
  if (workspace === undefined) return;
  const problems: string[] = [];
  for (const { quick, witnesses } of together(chosen)) {
    const { tests, broken } = await tryTests({ folder: workspace.folder, witnesses, quick, bail: false, signal });
    const failed = tests.filter(({ passed }) => !passed);
    problems.push(
      ...failed.map(({ file, title, reason }) => `${file}: "${title}" fails without any mutant: ${reason}`),
      ...(broken === undefined ? [] : [broken]),
      ...witnesses
        .filter((witness) => !tests.some((test) => isOf(test, witness)))
        .map(({ file, title }) => `${file} has no test ${title === undefined ? '' : `"${title}" `}that runs`),
    );
  }
  if (problems.length > 0) throw new Error(`Nothing was mutated: ${[...new Set(problems)].join('\n')}`);
}

const isOf = (test: Tried, { file, title = '' }: Witness): boolean => test.file === file && test.title.includes(title);

/** Witnesses that one run of vitest can ask: those of one project, by title or whole files. */
function together(chosen: readonly Mutant[]): readonly { quick: boolean; witnesses: readonly Witness[] }[] {
  const groups = new Map<string, { quick: boolean; witnesses: Witness[] }>();
  for (const mutant of chosen) {
    const quick = isQuick(mutant);
    const { file, title } = mutant.witness;
    const key = `${quick} ${file.split('/')[1]} ${title === undefined}`;
    const group = groups.get(key) ?? { quick, witnesses: [] };
    group.witnesses.push(mutant.witness);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Tries each mutant, as many at a time as there are workspaces. */
export async function* judgeMutants(
  chosen: readonly Mutant[],
  workspaces: readonly Workspace[],
  signal: AbortSignal,
): AsyncGenerator<Outcome> {
  const waiting = [...chosen];
  const underWay = new Map<Workspace, Promise<{ readonly workspace: Workspace; readonly outcome: Outcome }>>();
  const next = (workspace: Workspace): void => {
    const mutant = waiting.shift();
    underWay.delete(workspace);
    if (mutant === undefined) return;
    underWay.set(
      workspace,
      judgeMutant(mutant, workspace, signal).then((outcome) => ({ workspace, outcome })),
    );
  };
  for (const workspace of workspaces) next(workspace);
  while (underWay.size > 0) {
    const { workspace, outcome } = await Promise.race(underWay.values());
    next(workspace);
    yield outcome;
  }
}

/** A test that waits for what never comes ends by its limit; on a machine that is too busy any test does. */
const told = ({ title, reason }: Tried): string => (/timed out in/.test(reason) ? `${title} (ran out of time)` : title);

export async function judgeMutant(mutant: Mutant, workspace: Workspace, signal: AbortSignal): Promise<Outcome> {
  const startedAt = performance.now();
  const { tests, broken } = await workspace.withMutant(mutant, () => tryMutant(mutant, workspace.folder, signal));
  const seconds = (performance.now() - startedAt) / 1_000;
  const failed = tests.find(({ passed }) => !passed);
  if (failed !== undefined) return { mutant, noticed: true, by: told(failed), seconds };
  const instead = broken === undefined ? 'NOBODY' : `no test ran: ${broken.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  return { mutant, noticed: false, by: instead, seconds };
}
