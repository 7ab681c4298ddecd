import { writeFile } from 'node:fs/promises';
import { createList } from '../../../src/cli/list.ts';
import type { OpenSources } from '../../../src/cli/sets.ts';
import { createVerify } from '../../../src/cli/verify.ts';
import { createClusterClients } from '../../../src/worker/cluster-clients.ts';
import { runCommand, type CliRun } from '../cli.ts';
import { readVerified } from '../real/sets.ts';
import { ids } from './stored-sets.ts';

/** Sections of a cluster file, with the secrets that it names. */
export interface Keys {
  /** Absent: nobody listens there. */
  readonly searchEngine?: object;
  readonly backupStore: object;
  readonly catalogue: object;
  readonly env: Readonly<Record<string, string>>;
}

export type Look = Readonly<Record<string, CliRun>>;

/** Without what is another each time: when it was, and in which order the files that are read side by side had their ends. */
export const steady = ({ code, stdout, stderr }: CliRun): CliRun => ({
  code,
  stdout: stdout.replace(/"verifiedAt": "[^"]+"/, '"verifiedAt": ""'),
  stderr: stderr.replaceAll(/^read \d+ of \d+ files, \d+ of \d+ bytes\n/gm, ''),
});

export const verifyDeep = (id: number): string => `verify prod ${id} --deep --output json`;

/** What was told of a set that was looked at. */
export function seenOf(looked: Look, id: number) {
  const seen = looked[verifyDeep(id)];
  if (seen === undefined) throw new Error(`${verifyDeep(id)} was not run`);
  return readVerified(seen);
}

/** Each command that looks at backups: in words, and as JSON. */
const lookingCommands: readonly string[] = [
  'list prod',
  'list prod --output json',
  `verify prod ${ids.recorded} --output json`,
  `verify prod ${ids.broken} --deep`,
  ...Object.values(ids).map(verifyDeep),
  'verify prod latest --deep --read 50% --seed a --output json',
];

/** Writes a cluster file of a cluster of which nothing else answers. */
export async function writeClusterFile(
  file: string,
  { backupStore, catalogue, searchEngine }: Omit<Keys, 'env'>,
): Promise<void> {
  const url = 'http://127.0.0.1:1';
  const prod = {
    zeebe: { gateway: { url }, brokers: [{ nodeId: 0, url }] },
    searchEngine: { url, ...searchEngine, repository: 'camunda' },
    backupStore,
    catalogue,
  };
  await writeFile(file, JSON.stringify({ clusters: { prod } }));
}

/** What each of the commands ends with. */
export async function look(file: string, keys: Keys): Promise<Look> {
  await writeClusterFile(file, keys);
  const env = { ...keys.env, CAMUNDA_BACKUP_CLUSTER_FILE: file };
  const runs: Record<string, CliRun> = {};
  for (const line of lookingCommands) {
    const args = line.split(' ');
    runs[line] = steady(await runCommand(args[0] === 'list' ? createList(open) : createVerify(open), args, { env }));
  }
  return runs;
}

const open: OpenSources = async (cluster) => {
  const { clusters, close } = createClusterClients({
    clusters: { [cluster.name]: cluster },
    timing: { pauseCallTimeoutMs: 0 },
  });
  const [sources] = clusters;
  if (sources === undefined) throw new Error('no client was made');
  return { sources, close };
};
