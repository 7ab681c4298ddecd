import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { startSimulation, type Simulation, type SimulatorOptions } from '../src/simulator/index.ts';
import { readNumber, UsageError } from './usage.ts';

// `npm run simulator`: simulated clusters for a worker, and the port that controls them. Stays up until Ctrl-C.
const usage = `Usage: npm run simulator -- [--clusters N] [--prefix NAME] [--options JSON] [--port N] [--cluster-file FILE]

  --clusters N         how many clusters, 1 to 1000. Default 1.
  --prefix NAME        they are called NAME-1, NAME-2, ... Default "simulated".
  --options JSON       options of every cluster, as docs/simulator.md lists them.
  --port N             port of the control API. Default: any that is free.
  --cluster-file FILE  writes a cluster file that a worker can use.`;

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  const expected = error instanceof UsageError || (error instanceof Error && error.name === 'InvalidInputError');
  const text = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(error instanceof UsageError ? `${text}\n\n${usage}\n` : `${text}\n`);
}

async function run(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  if (flags.help) return say(usage);
  const names = Array.from({ length: flags.clusters }, (_, at) => `${flags.prefix}-${at + 1}`);
  const simulation = await startSimulation({
    clusters: Object.fromEntries(names.map((name) => [name, flags.options])),
    port: flags.port,
  });
  const stop = (): void => void simulation.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);

  say(`Control: ${simulation.url}  (GET / tells what it can do)`);
  for (const [name, { urls }] of simulation.clusters) {
    say(`${name}:`);
    for (const [component, url] of Object.entries(urls)) say(`  ${component.padEnd(13)} ${[url].flat().join('  ')}`);
  }
  await writeClusterFile(simulation, flags.clusterFile);
  say('Up until Ctrl-C.');
}

async function writeClusterFile(simulation: Simulation, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, stringify(simulation.clusterFile()));
  } catch (error) {
    await simulation.close();
    throw new UsageError(`--cluster-file ${file} cannot be written: ${String(error)}`);
  }
  say(`Cluster file: ${file}  (CAMUNDA_BACKUP_CLUSTER_FILE of a worker)`);
  const stores = Object.values(simulation.clusterFile().clusters).flatMap(({ backupStore }) => backupStore ?? []);
  const variables = new Set(stores.flatMap((store) => [store.accessKeyIdEnv, store.secretAccessKeyEnv]));
  if (variables.size > 0) say(`The worker needs ${[...variables].join(' and ')}, see docs/simulator.md`);
}

function readFlags(args: readonly string[]) {
  const { values } = parse(args);
  const options = values.options === undefined ? {} : readOptions(values.options);
  return {
    help: values.help,
    clusters: readNumber('--clusters', values.clusters, 1, 1_000),
    port: readNumber('--port', values.port, 0, 65_535),
    prefix: values.prefix,
    clusterFile: values['cluster-file'],
    options,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        clusters: { type: 'string', default: '1' },
        prefix: { type: 'string', default: 'simulated' },
        options: { type: 'string' },
        port: { type: 'string', default: '0' },
        'cluster-file': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The simulator itself says what is wrong with an option. */
function readOptions(text: string): SimulatorOptions {
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  } catch {
    // Told below.
  }
  throw new UsageError(`--options is "${text}"; allowed: a JSON object, as {"brokers": 3}`);
}
