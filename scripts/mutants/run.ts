import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readNumber, UsageError } from '../usage.ts';
import { mutants } from './catalog/index.ts';
import { judgeMutants, unusable } from './judge-mutants.ts';
import type { Mutant } from './mutant.ts';
import { createProgress } from './progress.ts';
import { listed, summary, table } from './table.ts';
import { createWorkspace } from './workspace.ts';

// `npm run mutants`: switches each guard of the safety core off, one at a time, and says which test notices.
const usage = `Usage: npm run mutants -- [--only TEXT] [--list] [--resume] [--jobs N]

  --only TEXT   only mutants whose ID has this in it, "watch/" for instance. May be given more than once.
  --list        lists them and what they stand for, and tries none.
  --resume      leaves out those that were noticed before, if no source and no test has changed since.
  --jobs N      how many at a time. Default: one for each processor.`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  process.exitCode = await run(readFlags(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.exitCode = 2;
  say(`${error.message}\n\n${usage}`);
}

interface Flags {
  readonly chosen: readonly Mutant[];
  readonly list: boolean;
  readonly resume: boolean;
  readonly jobs: number;
}

async function run({ chosen, list, resume, jobs }: Flags): Promise<number> {
  if (list) {
    process.stdout.write(listed(chosen));
    return 0;
  }
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  const progress = await createProgress(root, resume);
  const before = chosen.flatMap((mutant) => progress.outcomeOf(mutant) ?? []);
  const open = chosen.filter((mutant) => progress.outcomeOf(mutant) === undefined);
  if (before.length > 0) say(`${before.length} were noticed before`);
  const workspaces = await Promise.all(
    Array.from({ length: Math.min(jobs, open.length) }, () => createWorkspace(root)),
  );
  try {
    say(`The tests of ${open.length} mutants, without any ...`);
    const outcomes = [...before, ...(await unusable(open, workspaces, stopped.signal))];
    const usable = open.filter((mutant) => !outcomes.some((outcome) => outcome.mutant === mutant));
    for await (const outcome of judgeMutants(usable, workspaces, stopped.signal)) {
      outcomes.push(outcome);
      await progress.keep(outcome);
      say(`${outcomes.length} of ${chosen.length}: ${summary(outcome)}`);
    }
    process.stdout.write(table(outcomes));
    return outcomes.every(({ noticed }) => noticed) ? 0 : 1;
  } finally {
    await Promise.all(workspaces.map((workspace) => workspace.remove()));
  }
}

function readFlags(args: string[]): Flags {
  const { only, list, resume, jobs } = parse(args);
  const chosen = mutants.filter(({ id }) => only.length === 0 || only.some((text) => id.includes(text)));
  if (chosen.length === 0)
    throw new UsageError(`No mutant has "${only.join('" or "')}" in its ID; --list shows them all.`);
  return { chosen, list, resume, jobs: readNumber('--jobs', jobs, 1, 64) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        list: { type: 'boolean', default: false },
        resume: { type: 'boolean', default: false },
        jobs: { type: 'string', default: String(availableParallelism()) },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
