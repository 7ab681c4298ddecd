import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Simulator } from '../../src/simulator/index.ts';
import type { Order } from './measurement.ts';

const script = fileURLToPath(new URL('documented-sequence.sh', import.meta.url));

export interface DocumentedSequence {
  readonly order: Order;
  readonly backupId: number;
  /** Five, as people write it, unless given. */
  readonly pollSeconds?: number;
}

/** Takes a backup with the documentation's commands; throws what the script complained about when it failed. */
export async function documentedSequence(
  simulator: Simulator,
  { order, backupId, pollSeconds = 5 }: DocumentedSequence,
): Promise<void> {
  const shell = spawn('sh', [script, order], {
    env: {
      PATH: process.env['PATH'],
      BACKUP_ID: String(backupId),
      POLL_SECONDS: String(pollSeconds),
      ...endpoints(simulator),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  shell.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = await once(shell, 'close');
  if (code !== 0) throw new Error(`the documented sequence ended with ${code}: ${complaint.trim()}`);
}

/** Under the names that the documentation gives them. */
function endpoints({ urls, repository }: Simulator): Readonly<Record<string, string>> {
  return {
    ZEEBE_MANAGEMENT_API: urls.gateway,
    ORCHESTRATION_CLUSTER_MANAGEMENT_API: urls.gateway,
    ...given('OPERATE_MANAGEMENT_API', urls.operate),
    ...given('TASKLIST_MANAGEMENT_API', urls.tasklist),
    ...given('OPTIMIZE_MANAGEMENT_API', urls.optimize),
    ELASTIC_ENDPOINT: urls.searchEngine,
    ELASTIC_SNAPSHOT_REPOSITORY: repository,
  };
}

const given = (name: string, url: string | undefined): Readonly<Record<string, string>> =>
  url === undefined ? {} : { [name]: url };
