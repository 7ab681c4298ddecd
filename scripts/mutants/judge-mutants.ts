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

/** Those whose test fails without any mutant, or is none: nothing that it says would mean anything. */
export async function unusable(
  chosen: readonly Mutant[],
  [workspace]: readonly Workspace[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  if (workspace === undefined) return [];
  const outcomes: Outcome[] = [];
  for (const { quick, mutants } of together(chosen)) {
    const witnesses = mutants.map(({ witness }) => witness);
    const { tests, broken } = await tryTests({ folder: workspace.folder, witnesses, quick, bail: false, signal });
    for (const mutant of mutants) {
      const own = tests.filter((test) => isOf(test, mutant.witness));
      const failed = own.find(({ passed }) => !passed);
      if (own.length > 0 && failed === undefined) continue;
      const by =
        failed === undefined
          ? `no such test ran. ${broken ?? ''}`
          : `fails without it: ${failed.title}: ${failed.reason}`;
      outcomes.push({ mutant, noticed: false, by: brief(by), seconds: 0 });
    }
  }
  return outcomes;
}

const brief = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

const isOf = (test: Tried, { file, title = '' }: Witness): boolean => test.file === file && test.title.includes(title);

/** Mutants whose tests one run of vitest can try: those of one project, by title or whole files. */
function together(chosen: readonly Mutant[]): readonly { quick: boolean; mutants: readonly Mutant[] }[] {
  const groups = new Map<string, { quick: boolean; mutants: Mutant[] }>();
  for (const mutant of chosen) {
    const quick = isQuick(mutant);
    const { file, title } = mutant.witness;
    const key = `${quick} ${file.split('/')[1]} ${title === undefined}`;
    const group = groups.get(key) ?? { quick, mutants: [] };
    group.mutants.push(mutant);
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
  const instead = broken === undefined ? 'NOBODY' : brief(`no test ran: ${broken}`);
  return { mutant, noticed: false, by: instead, seconds };
}
