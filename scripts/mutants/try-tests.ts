import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isQuick, type Mutant, type Witness } from './mutant.ts';

/** One test as vitest tells of it. */
export interface Tried {
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
  /** First line of why it failed. */
  readonly reason: string;
}

/** The tests that ran; those that were skipped are left out. `broken`: what kept tests from running at all. */
export interface Trial {
  readonly tests: readonly Tried[];
  readonly broken?: string;
}

/** Longer than the longest limit of a test. */
const longestMs = 300_000;

/** Of one scenario by itself, which takes seconds: most that wait for what never comes would wait for minutes. */
const patienceMs = 45_000;

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export interface TestRun {
  readonly folder: string;
  readonly witnesses: readonly Witness[];
  /** Without the build of the sources. */
  readonly quick: boolean;
  /** Stops at the first test that fails; else each is tried again, for what a busy machine does to it. */
  readonly bail: boolean;
  readonly signal: AbortSignal;
}

/** Runs the tests in a process of their own, as `npm test` does. */
export async function tryTests({ folder, witnesses, quick, bail, signal }: TestRun): Promise<Trial> {
  const out = await mkdtemp(join(tmpdir(), 'camunda-backup-mutants-report-'));
  const file = join(out, 'report.json');
  const files = [...new Set(witnesses.map((witness) => witness.file))];
  const titles = witnesses.flatMap(({ title }) => title ?? []);
  // A witness without a title is the whole file.
  const pattern = titles.length === witnesses.length ? titles.map(escaped).join('|') : undefined;
  const args = [
    join(folder, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...(quick
      ? ['--config', 'scripts/mutants/unit.config.ts']
      : projectsOf(files).flatMap((each) => ['--project', each])),
    ...files,
    ...(pattern === undefined ? [] : ['--testNamePattern', pattern]),
    ...(bail ? ['--bail', '1'] : ['--retry', '2']),
    ...(quick ? [] : ['--no-file-parallelism', '--maxConcurrency', '1', '--testTimeout', `${patienceMs}`]),
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  try {
    const output = await run(args, folder, signal);
    return readTrial(await readFile(file, 'utf8').catch(() => ''), output, folder);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The tests that are to notice one mutant, with their first failure. */
export const tryMutant = (mutant: Mutant, folder: string, signal: AbortSignal): Promise<Trial> =>
  tryTests({ folder, witnesses: [mutant.witness], quick: isQuick(mutant), bail: true, signal });

function readTrial(text: string, output: string, folder: string): Trial {
  if (text === '') return { tests: [], broken: output.trim().split('\n').slice(-5).join('\n') };
  const { testResults } = report.parse(JSON.parse(text));
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status, failureMessages }) => ({
        file: name.slice(folder.length + 1),
        title: fullName,
        passed: status === 'passed',
        reason: failureMessages?.[0]?.split('\n')[0] ?? '',
      })),
  );
  const broken = testResults.map(({ message }) => message).find((message) => message !== '');
  return { tests, ...(broken === undefined ? {} : { broken }) };
}

/** Ends with what was printed. The whole group is ended at the deadline: a test may have started processes. */
function run(args: readonly string[], folder: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(end, longestMs);
    signal.addEventListener('abort', end, { once: true });
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      settled();
      reject(error);
    });
    child.on('close', () => {
      settled();
      if (signal.aborted) reject(signal.reason);
      else resolve(output);
    });
  });
}

/** Without what a vitest around this one has set. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|VITE_)/.test(name))),
  NO_COLOR: '1',
});

const projectsOf = (files: readonly string[]): readonly string[] => [
  ...new Set(files.flatMap((file) => file.split('/')[1] ?? [])),
];

export const escaped = (title: string): string => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
