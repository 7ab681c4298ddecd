import { z } from 'zod';
// As the SDK's side has it: loaded before anything is measured.
import '../../../src/stores/s3.ts';
import { createList } from '../../../src/cli/list.ts';
import { createProgram, runProgram } from '../../../src/cli/program.ts';
import type { OpenSources } from '../../../src/cli/sets.ts';
import { createVerify } from '../../../src/cli/verify.ts';
import { createClusterClients } from '../../../src/worker/cluster-clients.ts';
import { cluster } from './cluster.ts';
import { measured, type Done } from './measured.ts';

const Listed = z.object({ total: z.number(), sets: z.array(z.object({ backupId: z.number(), verdict: z.string() })) });

const Verified = z.object({
  verdict: z.string(),
  reasons: z.array(z.unknown()),
  contents: z.object({ filesRead: z.number(), bytesRead: z.number() }),
});

// `camunda-backup list` and `camunda-backup verify --deep`, with everything that they say.
await measured(async (task) => {
  const said: string[] = [];
  let printed = '';
  const cli = {
    env: {
      CAMUNDA_BACKUP_CLUSTER_FILE: task.clusterFile,
      BENCH_S3_ID: task.accessKeyId,
      BENCH_S3_SECRET: task.secretAccessKey,
    },
    data: (text: string) => void (printed += text),
    say: (line: string) => void said.push(line),
    interrupted: new AbortController().signal,
    zeebe: () => {
      throw new Error('neither command asks for it');
    },
  };
  const program = createProgram(cli, [createList(open), createVerify(open)], '0');
  const args = task.what === 'list' ? ['list', cluster] : ['verify', cluster, `${task.backupId}`, '--deep'];
  const code = await runProgram(program, [...args, '--output', 'json'], cli);
  return () => {
    if (printed === '') throw new Error(`it ended with ${code}: ${said.join('\n')}`);
    return task.what === 'list' ? ofList(printed) : ofVerify(printed);
  };
});

function open(section: Parameters<OpenSources>[0]): ReturnType<OpenSources> {
  const { clusters, close } = createClusterClients({
    clusters: { [section.name]: section },
    timing: { pauseCallTimeoutMs: 0 },
  });
  const [sources] = clusters;
  if (sources === undefined) throw new Error('no client was made');
  return Promise.resolve({ sources, close });
}

function ofList(printed: string): Done {
  const { total, sets } = Listed.parse(JSON.parse(printed));
  const proven = sets.filter(({ verdict }) => verdict === 'PROVEN').length;
  return {
    objects: total,
    bytes: printed.length,
    ...(proven === total ? {} : { complaint: `${proven} of ${total} sets are PROVEN` }),
  };
}

function ofVerify(printed: string): Done {
  const { verdict, reasons, contents } = Verified.parse(JSON.parse(printed));
  return {
    objects: contents.filesRead,
    bytes: contents.bytesRead,
    ...(verdict === 'PROVEN' ? {} : { complaint: `${verdict}: ${JSON.stringify(reasons)}` }),
  };
}
