import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../usage.ts';
import { runCampaign, type Campaign } from './campaign.ts';
import { readFlags, usage, type Flags } from './flags.ts';
import type { CaseResult } from './judging/case-result.ts';
import { createCoverage, isLacking, lackingCasesOf, type Coverage } from './judging/coverage.ts';
import { coverageTable, idleLines, pauseLines, survivalTable, violationLines } from './judging/tables.ts';
import { caseOf, casesOf, serverCasesOf } from './plan/cases.ts';
import { idleCasesOf } from './plan/idle-cases.ts';
import { makeReleases } from './world/releases.ts';
import { openWorld } from './world/world.ts';

// `npm run chaos`: backups under seeded faults, with a judge that reads only the simulator's truth.
const results = fileURLToPath(new URL('../../artifacts/chaos/results', import.meta.url));
const say = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

try {
  const flags = readFlags(process.argv.slice(2));
  const code = tell(flags.tables ? readResults() : await run(flags));
  // Nothing is awaited any more; a fault that still waits for a backup that is over must not keep the process.
  process.exit(Number(process.exitCode ?? 0) || code);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.exitCode = 2;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
}

async function run(flags: Flags): Promise<readonly CaseResult[]> {
  mkdirSync(results, { recursive: true });
  const file = join(results, `seed-${flags.seed}-${Date.now()}.jsonl`);
  const done: CaseResult[] = [];
  const coverage = createCoverage(flags.lacking === undefined ? [] : readResults());
  const world = await openWorld(await makeReleases(fileURLToPath(new URL('../../dist', import.meta.url))));
  try {
    await runCampaign(
      world,
      campaignOf(flags, coverage),
      (result) => {
        done.push(result);
        coverage.add(result);
        appendFileSync(file, `${JSON.stringify(result)}\n`);
        report(result, done.length);
      },
      (error, name) => {
        process.exitCode = 1;
        say(`       BROKEN OFF ${flags.seed}:${name}: ${error instanceof Error ? error.stack : String(error)}`);
      },
    );
  } finally {
    await world.close();
  }
  return done;
}

function campaignOf({ seed, clusters, minutes, only, lacking: least }: Flags, coverage: Coverage): Campaign {
  if (only !== undefined) {
    const { name, kind } = only;
    const idle = idleCasesOf(seed).filter((each) => each.name === name);
    const chosen = idle.length > 0 ? [] : [caseOf(seed, name)];
    return { seed, clusters: 1, kind, serverCases: [], idleCases: idle, cases: chosen, goesOn: () => true };
  }
  const until = Date.now() + minutes * 60_000;
  const goesOn = (): boolean => Date.now() < until;
  if (least !== undefined) {
    const serverCases = serverCasesOf(seed).filter((each) => isLacking(each, coverage, least));
    return { seed, clusters, serverCases, idleCases: [], cases: lackingCasesOf(seed, coverage, least), goesOn };
  }
  return {
    seed,
    clusters,
    serverCases: serverCasesOf(seed),
    idleCases: idleCasesOf(seed),
    cases: casesOf(seed),
    goesOn,
  };
}

function report(result: CaseResult, count: number): void {
  const { seed, name, cluster, kind, blows, ends, violations, timeline } = result;
  const what = blows.map(({ fault, step, point, dealt }) => `${fault} at ${step} (${point}${dealt ? '' : ', missed'})`);
  say(`${String(count).padStart(5)}  ${cluster} ${seed}:${name}  ${what.join(' + ')} -> ${ends.join(' / ')}`);
  if (violations.length === 0) return;
  say(
    ...violations.map((violation) => `       VIOLATION ${violation.kind}: ${violation.what}`),
    ...timeline.map((line) => `         ${line}`),
    `       again: npm run chaos -- --seed ${seed} --case ${name} --kind ${kind}`,
  );
}

function tell(all: readonly CaseResult[]): number {
  const parts = [coverageTable, survivalTable, pauseLines, idleLines, violationLines];
  for (const part of parts) say('', ...part(all));
  return all.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function readResults(): readonly CaseResult[] {
  if (!existsSync(results)) throw new UsageError('there are no results in artifacts/chaos/results: run it first');
  return readdirSync(results).flatMap((name) =>
    readFileSync(join(results, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): CaseResult => JSON.parse(line)),
  );
}
