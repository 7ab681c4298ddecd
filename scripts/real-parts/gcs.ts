import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answersOk } from '../../src/parts/http.ts';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';
import { installedStores } from './installed.ts';

export interface Gcs extends Part {
  readonly url: string;
  readonly bucket: string;
  /** An object is a file below it. */
  readonly bucketFolder: string;
}

/** Starts a server of Google Cloud Storage's protocol that keeps objects as files, with one bucket. It asks for no credentials. */
export async function startGcs({ folder, bucket }: { readonly folder: string; readonly bucket: string }): Promise<Gcs> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  mkdirSync(join(data, bucket), { recursive: true });
  const part = await startPart({
    name: 'GCS',
    command: installedStores().gcsServer,
    args: [
      '-scheme=http',
      '-host=127.0.0.1',
      `-port=${port}`,
      '-backend=filesystem',
      `-filesystem-root=${data}`,
      `-external-url=${url}`,
      `-public-host=127.0.0.1:${port}`,
    ],
    env: {},
    cwd: folder,
    logFile: join(folder, 'gcs.log'),
    ready: (signal) => answersOk(`${url}/_internal/healthcheck`, signal),
    readyWithinMs: 60_000,
  });
  return { ...part, url, bucket, bucketFolder: join(data, bucket) };
}
