import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { answersOk } from '../../src/parts/http.ts';
import { installedS3Server } from './installed.ts';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';

export interface S3 extends Part {
  readonly url: string;
  readonly bucket: string;
  /** An object is a file below it. */
  bucketFolder(bucket: string): string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A client of the caller's own, to read back what others wrote. */
  createClient(keys?: S3Keys): S3Client;
  /** Makes a user who may do nothing until a policy of a bucket says otherwise. */
  addUser(name: string): Promise<S3Keys>;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const run = promisify(execFile);

/** Starts an S3 server that keeps objects as files, and makes one bucket. */
export async function startS3({
  folder,
  bucket,
  keepAlive = false,
}: {
  readonly folder: string;
  readonly bucket: string;
  /** Many requests over one connection, as S3 itself has it; this server closes each by default. */
  readonly keepAlive?: boolean;
}): Promise<S3> {
  const port = await freePort();
  const [data, versions, users] = [join(folder, 'data'), join(folder, 'versions'), join(folder, 'users')];
  for (const each of [data, versions, users]) mkdirSync(each, { recursive: true });
  const url = `http://127.0.0.1:${port}`;
  const region = 'us-east-1';
  const credentials = { accessKeyId: 'local', secretAccessKey: randomUUID() };
  const part = await startPart({
    name: 'S3',
    command: installedS3Server(),
    args: [
      '--port',
      `127.0.0.1:${port}`,
      '--region',
      region,
      '--health',
      '/health',
      '--iam-dir',
      users,
      ...(keepAlive ? ['--keep-alive', '--quiet'] : []),
      'posix',
      '--versioning-dir',
      versions,
      data,
    ],
    env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    cwd: folder,
    logFile: join(folder, 's3.log'),
    ready: (signal) => answersOk(`${url}/health`, signal),
    readyWithinMs: 60_000,
  });
  const createClient = (keys: S3Keys = credentials): S3Client =>
    new S3Client({ endpoint: url, region, forcePathStyle: true, credentials: keys });
  const addUser = async (name: string): Promise<S3Keys> => {
    const keys = { accessKeyId: name, secretAccessKey: randomUUID() };
    const { accessKeyId, secretAccessKey } = credentials;
    const asAdmin = ['admin', '--access', accessKeyId, '--secret', secretAccessKey, '--endpoint-url', url];
    const user = ['--access', keys.accessKeyId, '--secret', keys.secretAccessKey, '--role', 'user'];
    await run(installedS3Server(), [...asAdmin, 'create-user', ...user]);
    return keys;
  };
  const client = createClient();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const bucketFolder = (name: string): string => join(data, name);
  return { ...part, url, bucket, region, ...credentials, bucketFolder, createClient, addUser };
}
