import { statfsSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openStore } from '../../../src/stores/open-store.ts';
import { startS3, type S3 } from '../../real-parts/s3.ts';
import { startAnswering, type Answering } from './answers.ts';
import { cluster } from './cluster.ts';
import { orderOf, runSide, type SetRun } from './compare.ts';
import { idsOf, writeManySets } from './many-sets.ts';
import type { Task } from './measured.ts';
import { writeLargeSet } from './one-large-set.ts';
import type { Size } from './sizes.ts';
import { takeOneSet, type TakenSet } from './taken-set.ts';

export interface BenchSets {
  readonly size: Size;
  readonly repeat: number;
  /** Removed by the caller, whatever happens. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Downloads at a time by the SDK; the product has as many. */
const atOnce = { list: 32, deep: 8 } as const;

/** Lists many sets and reads a large one to its end: by the product, and by the vendor's SDK, which only downloads. */
export async function benchSets({ size, repeat, folder, say }: BenchSets): Promise<readonly SetRun[]> {
  mustHaveRoom(folder, size);
  const taken = await takeOneSet();
  const ids = idsOf(size.sets);
  const s3 = await startS3({ folder: join(folder, 's3'), bucket: 'listed-zeebe', keepAlive: true });
  const closers: (() => unknown)[] = [() => s3.stop()];
  try {
    const client = s3.createClient();
    closers.unshift(() => client.destroy());
    for (const bucket of ['listed-catalogue', 'read-zeebe', 'read-catalogue'])
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const many = { zeebe: 'listed-zeebe', catalogue: 'listed-catalogue' };
    writeManySets(taken, ids, { zeebe: s3.bucketFolder(many.zeebe), catalogue: s3.bucketFolder(many.catalogue) });
    say(`${ids.length} sets are written`);
    const one = { zeebe: 'read-zeebe', catalogue: 'read-catalogue' };
    await writeOne(taken, size.megabytes, { s3, client, buckets: one });
    say(`a set of ${size.megabytes} MiB is written`);
    const list = await task(taken, ids, { what: 'list', buckets: many, s3, folder, closers });
    const deep = await task(taken, [taken.backupId], { what: 'deep', buckets: one, s3, folder, closers });
    const runs: SetRun[] = [];
    for (const each of [list, deep]) {
      for (let round = 1; round <= repeat; round += 1) {
        for (const side of orderOf(round)) {
          const load = loadavg()[0] ?? 0;
          const run = { ...(await runSide(side, each)), side, what: each.what };
          runs.push(run);
          say(
            `${run.what} by ${side}: ${(run.ms / 1_000).toFixed(2)} s, ${(run.cpuMs / 1_000).toFixed(1)} s of a processor, ` +
              `${Math.round(run.peakBytes / 1_048_576)} MiB, load before it ${load.toFixed(2)}`,
          );
        }
      }
    }
    return runs;
  } finally {
    for (const close of closers) await close();
  }
}

async function task(
  taken: TakenSet,
  ids: readonly number[],
  with_: {
    readonly what: Task['what'];
    readonly buckets: Task['buckets'];
    readonly s3: S3;
    readonly folder: string;
    readonly closers: (() => unknown)[];
  },
): Promise<Task> {
  const { what, buckets, s3, folder, closers } = with_;
  const answering = await startAnswering(taken, ids);
  closers.unshift(() => answering.close());
  const clusterFile = join(folder, `${what}.yaml`);
  writeFileSync(clusterFile, JSON.stringify({ clusters: { [cluster]: section(answering, s3, buckets) } }));
  const { url: endpoint, region, accessKeyId, secretAccessKey } = s3;
  const access = { endpoint, region, accessKeyId, secretAccessKey };
  return { what, ...access, buckets, clusterFile, backupId: taken.backupId, atOnce: atOnce[what] };
}

function section({ urls }: Answering, { url: endpoint }: S3, buckets: Task['buckets']) {
  const store = {
    type: 's3',
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    accessKeyIdEnv: 'BENCH_S3_ID',
    secretAccessKeyEnv: 'BENCH_S3_SECRET',
  };
  return {
    zeebe: {
      gateway: { url: urls.gateway },
      brokers: [0, 1, 2].map((nodeId) => ({ nodeId, url: urls.gateway, basePath: `/${nodeId}` })),
    },
    operate: { url: urls.operate },
    tasklist: { url: urls.tasklist },
    optimize: { url: urls.optimize },
    searchEngine: { url: urls.engine, repository: 'camunda' },
    backupStore: { ...store, bucket: buckets.zeebe },
    catalogue: { ...store, bucket: buckets.catalogue },
  };
}

async function writeOne(
  taken: TakenSet,
  megabytes: number,
  {
    s3,
    client,
    buckets,
  }: { readonly s3: S3; readonly client: ReturnType<S3['createClient']>; readonly buckets: Task['buckets'] },
): Promise<void> {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = s3;
  const at = (bucket: string) =>
    openStore({
      type: 's3',
      bucket,
      basePath: '',
      endpoint,
      region,
      forcePathStyle: true,
      accessKeyId,
      secretAccessKey,
    });
  const [zeebe, catalogue] = [at(buckets.zeebe), at(buckets.catalogue)];
  const folder = s3.bucketFolder(buckets.zeebe);
  await writeLargeSet(taken, megabytes, { client, bucket: buckets.zeebe, folder, zeebe, catalogue });
  zeebe.close();
  catalogue.close();
}

/** A few contents of the large set, and some blocks of each of the small files. */
function mustHaveRoom(folder: string, { sets }: Size): void {
  const { bavail, bsize, ffree } = statfsSync(folder);
  const [needed, files] = [600 * 1_048_576 + sets * 200_000, sets * 40];
  if (bavail * bsize > needed && ffree > files) return;
  throw new Error(`${folder} has not the room for the sets: ${Math.ceil(needed / 1_048_576)} MiB and ${files} files`);
}
