import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { clusterSection, startSimulator, type Simulator } from '../../../src/simulator/index.ts';
import type { Installed } from './installed.ts';
import { runScript, type Running } from './script.ts';

/** A namespace, a cluster `prod` of three brokers, and a shell: what the commands of the docs are about. */
export interface Site extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly client: Client;
  /** Values for the placeholders of the docs, as `<id>`. */
  readonly filled: Map<string, string>;
  /** Runs a documented script, where the package is installed unless told. */
  run(script: string, cwd?: string): Running;
  /** What was printed, with the names that the docs have. */
  documented(output: string): string;
}

/** What stands in the docs for what a reader has of his own; in the order in which it is replaced. */
const named = (
  simulator: Simulator,
  { temporal }: Installed,
  clusterFile: string,
): readonly (readonly [string, string])[] => [
  ['temporal-frontend:7233', temporal.address],
  ['http://zeebe-gateway:9600', simulator.urls.gateway],
  ...simulator.urls.brokers.map((url, nodeId) => [`http://zeebe-${nodeId}.zeebe:9600`, url] as const),
  ['http://elasticsearch:9200', simulator.urls.searchEngine],
  ['/etc/camunda-backup/cluster.yaml', clusterFile],
];

/** What is done differently here, and why. */
const changed: readonly (readonly [string, string])[] = [
  // The dependencies are a link to those of this checkout: CI begins with it, and so does every fresh clone.
  ['npm ci', 'true'],
  // No test has a port of its own for ever.
  ['0.0.0.0:9465', '127.0.0.1:0'],
  // A minute of both: one scenario of four, and steps that last a fifth.
  ['npm run bench -- --only backups', 'npm run bench -- --only backups --scenario even-up-to-8-7'],
  ['--clusters 200 --seconds 60', '--clusters 3 --seconds 2'],
  ['npx camunda-backup demo', 'npx camunda-backup demo --quick'],
];

export async function openSite(installed: Installed, name: string): Promise<Site> {
  const simulator = await startSimulator({ brokers: 3, partitions: 3, optimize: true }, 'prod');
  const clusterFile = join(installed.folder, `${name}.yaml`);
  await writeFile(clusterFile, JSON.stringify({ clusters: { prod: clusterSection(simulator) } }));
  const connection = await Connection.connect({ address: installed.temporal.address });
  const names = named(simulator, installed, clusterFile);
  const filled = new Map<string, string>();
  const scripts = new Set<Running>();
  const env = {
    ...installed.env,
    TEMPORAL_NAMESPACE: name,
    CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile,
    // So that findings and progress need not be waited for.
    CAMUNDA_BACKUP_WATCH_INTERVAL: '2s',
    CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: '500ms',
  };
  const replaced = (text: string, pairs: Iterable<readonly [string, string]>): string =>
    [...pairs].reduce((result, [from, to]) => result.replaceAll(from, to), text);

  return {
    simulator,
    client: new Client({ connection, namespace: name }),
    filled,
    run(script, cwd = installed.installation) {
      const running = runScript(replaced(script, [...names, ...changed, ...filled]), { cwd, env });
      scripts.add(running);
      return running;
    },
    documented: (output) =>
      replaced(output, [
        ...names.map(([shown, true_]) => [true_, shown] as const),
        [` --namespace ${name}`, ''],
        [`"requestedBy":"${userInfo().username}"`, '"requestedBy":"anna"'],
      ]),
    async [Symbol.asyncDispose]() {
      for (const script of scripts) script.interrupt();
      for (const script of scripts) await script.ended;
      await connection.close();
      await simulator.close();
    },
  };
}
