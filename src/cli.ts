#!/usr/bin/env node
import { createBackup } from './cli/backup.ts';
import { createCheck } from './cli/check.ts';
import type { Cli, CreateCommand } from './cli/command.ts';
import { createComplete, createCompletion } from './cli/completion.ts';
import { createDemo, type ShowDemo } from './cli/demo.ts';
import { createList } from './cli/list.ts';
import { createProgram, runProgram } from './cli/program.ts';
import { createRegisterSearchAttributes } from './cli/register-search-attributes.ts';
import { createResumeExporting } from './cli/resume-exporting.ts';
import type { OpenedSources } from './cli/sets.ts';
import { createStatus } from './cli/status.ts';
import { createSchedule } from './cli/schedule.ts';
import { createVerify } from './cli/verify.ts';
import { tool } from './catalogue/tool.ts';
import { createWorkerCommand } from './cli/worker.ts';
import type { ClusterConfig } from './config/config.ts';
import { loadZeebe, type ZeebeConfig } from './config/load-zeebe.ts';
import { createClusterLock } from './worker/cluster-lock.ts';

const commands: readonly CreateCommand[] = [
  createBackup,
  createCheck,
  createSchedule,
  createRegisterSearchAttributes,
  createResumeExporting,
  createStatus(createClusterLock),
  createList(openSources),
  createVerify(openSources),
  createWorkerCommand(runWorker),
  createDemo(loadDemo),
  createCompletion,
  createComplete,
];

const code = await main();
await Promise.all([process.stdout, process.stderr].map(flushed));
// Not by itself: grpc-js keeps a process alive while a call that waits for a result is open, and where that call is then tried again on
// the closed connection it throws from a timer.
process.exit(code);

async function main(): Promise<number> {
  const interrupt = new AbortController();
  // Once: a second signal kills.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  // A reader that has seen enough, as `head`, is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const { env } = process;
  let zeebe: ZeebeConfig | undefined;
  const cli: Cli = {
    env,
    data: (text) => void process.stdout.write(text),
    say: (line) => void process.stderr.write(`${line}\n`),
    interrupted: interrupt.signal,
    zeebe: () => (zeebe ??= loadZeebe(env)),
  };
  const program = createProgram(cli, commands, tool.version).hook('preAction', (self) => {
    const { clusterFile } = self.opts<{ clusterFile?: string }>();
    if (clusterFile !== undefined) env['CAMUNDA_BACKUP_CLUSTER_FILE'] = clusterFile;
  });
  return runProgram(program, process.argv.slice(2), cli);
}

/** A reader that is gone has what it wanted. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** A module of its own: it loads native code that no other command needs, and ends the process itself. */
async function runWorker(): Promise<void> {
  await import('./worker.ts');
}

/** Clients of everything that a cluster has: no other command needs them. */
async function openSources(cluster: ClusterConfig): Promise<OpenedSources> {
  const { createClusterClients } = await import('./worker/cluster-clients.ts');
  const { clusters, close } = createClusterClients({
    clusters: { [cluster.name]: cluster },
    timing: { pauseCallTimeoutMs: 0 },
  });
  const [sources] = clusters;
  if (sources === undefined) throw new Error(`no client of ${cluster.name} was made`);
  return { sources, close };
}

/** As the worker a module of its own; an image has none. */
async function loadDemo(): Promise<ShowDemo> {
  const { demo } = await import('./demo/demo.ts');
  return async ({ env, interrupted }, flags) => {
    const code = await demo({
      ...flags,
      output: process.stdout,
      env,
      interrupted,
      startedAtMs: Number(env['RUN_STARTED_AT'] ?? performance.timeOrigin),
      camundaBackup: import.meta.url.endsWith('.ts') ? 'node --import tsx src/cli.ts' : 'npx camunda-backup',
    });
    return code === 0;
  };
}
