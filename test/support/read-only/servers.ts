import { CreateBucketCommand, DeleteObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { AnonymousCredential, ContainerClient } from '@azure/storage-blob';
import { Storage } from '@google-cloud/storage';
import { startAzure } from '../../../scripts/real-parts/azure.ts';
import { startGcs } from '../../../scripts/real-parts/gcs.ts';
import { startS3, type S3Keys } from '../../../scripts/real-parts/s3.ts';
import type { StoreOptions } from '../../../src/model/store-options.ts';
import type { Keys } from './look.ts';
import { startGcsRoles, type GcsRoles } from './gcs-roles.ts';

/** A server with a place for backups and one for records, and people who may do more or less there. */
export interface Server {
  /** May do everything. */
  readonly owner: { readonly keys: Keys; readonly store: StoreOptions; readonly catalogue: StoreOptions };
  /** Whoever may list and read, by each way to say so. */
  readonly readers: readonly (Keys & { readonly store: StoreOptions })[];
  /** May do nothing; S3's and Azure's may list. */
  readonly stranger: Keys;
  /** May list, read and create, and neither overwrite nor delete. */
  readonly keeper: StoreOptions;
  /** By the vendor's SDK with the credentials of the first reader. */
  readonly asReader: Readonly<Record<'put' | 'overwrite' | 'remove', (key: string) => Promise<unknown>>>;
  /** The vendor's error. */
  readonly denied: object;
  /** None of them may be seen. */
  readonly secrets: readonly string[];
  /** What stands in a reason of whom the store refuses. */
  readonly refusal: RegExp;
  /** Requests of the first reader, where they can be seen. */
  readonly calls?: GcsRoles;
  stop(): Promise<void>;
}

const [bucket, records] = ['zeebe', 'records'];

export async function startS3Server(folder: string): Promise<Server> {
  const s3 = await startS3({ folder, bucket });
  const client = s3.createClient();
  await client.send(new CreateBucketCommand({ Bucket: records }));
  const [reader, lister, keeper] = await Promise.all(['reader', 'lister', 'keeper'].map((name) => s3.addUser(name)));
  if (!reader || !lister || !keeper) throw new Error('a user is missing');
  for (const Bucket of [bucket, records]) {
    const allow = (action: string, on: string, ...users: readonly S3Keys[]) => ({
      Effect: 'Allow',
      Principal: { AWS: users.map(({ accessKeyId }) => accessKeyId) },
      Action: [action],
      Resource: `arn:aws:s3:::${Bucket}${on}`,
    });
    const Statement = [
      allow('s3:ListBucket', '', reader, lister, keeper),
      allow('s3:GetObject', '/*', reader, keeper),
      allow('s3:PutObject', '/*', keeper),
    ];
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
  }
  client.destroy();
  const { region, url: endpoint } = s3;
  const options = (name: string, { accessKeyId, secretAccessKey }: S3Keys): StoreOptions => {
    return {
      type: 's3',
      bucket: name,
      basePath: 'prod',
      region,
      endpoint,
      forcePathStyle: true,
      accessKeyId,
      secretAccessKey,
    };
  };
  const keysOf = ({ accessKeyId, secretAccessKey }: S3Keys): Keys => {
    const keys = { accessKeyIdEnv: 'S3_KEY_ID', secretAccessKeyEnv: 'S3_SECRET' };
    const at = (name: string) => ({
      type: 's3',
      bucket: name,
      basePath: 'prod',
      endpoint,
      forcePathStyle: true,
      ...keys,
    });
    return {
      backupStore: at(bucket),
      catalogue: at(records),
      env: { S3_KEY_ID: accessKeyId, S3_SECRET: secretAccessKey },
    };
  };
  const asReader = s3.createClient(reader);
  const put = (key: string) =>
    asReader.send(new PutObjectCommand({ Bucket: bucket, Key: `prod/${key}`, Body: Buffer.from('x') }));
  return {
    owner: { keys: keysOf(s3), store: options(bucket, s3), catalogue: options(records, s3) },
    readers: [{ ...keysOf(reader), store: options(bucket, reader) }],
    stranger: keysOf(lister),
    keeper: options(records, keeper),
    asReader: {
      put,
      overwrite: put,
      remove: (key) => asReader.send(new DeleteObjectCommand({ Bucket: bucket, Key: `prod/${key}` })),
    },
    denied: { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } },
    secrets: [s3, reader, lister, keeper].map(({ secretAccessKey }) => secretAccessKey),
    refusal: /403 AccessDenied: read s3:\/\/zeebe\/prod\/\S+manifest\.json \(needs s3:GetObject and s3:ListBucket\)/,
    async stop() {
      asReader.destroy();
      await s3.stop();
    },
  };
}

export async function startGcsServer(folder: string): Promise<Server> {
  const gcs = await startGcs({ folder, bucket });
  await new Storage({ apiEndpoint: gcs.url, projectId: 'local' }).createBucket(records);
  const [viewer, creator, none] = await Promise.all([
    startGcsRoles(gcs.url, bucket, 'roles/storage.objectViewer'),
    startGcsRoles(gcs.url, records, 'roles/storage.objectCreator'),
    startGcsRoles(gcs.url, bucket, 'none'),
  ]);
  const recordsViewer = await startGcsRoles(gcs.url, records, 'roles/storage.objectViewer');
  const options = (name: string, host: string): StoreOptions => {
    return { type: 'gcs', bucket: name, basePath: 'prod', host, auth: 'none' };
  };
  const keysOf = (store: string, catalogue: string): Keys => {
    return { backupStore: options(bucket, store), catalogue: options(records, catalogue), env: {} };
  };
  const asReader = new Storage({ apiEndpoint: viewer.url, retryOptions: { autoRetry: false } }).bucket(bucket);
  const put = (key: string) => asReader.file(`prod/${key}`).save('x', { resumable: false });
  return {
    owner: { keys: keysOf(gcs.url, gcs.url), store: options(bucket, gcs.url), catalogue: options(records, gcs.url) },
    readers: [{ ...keysOf(viewer.url, recordsViewer.url), store: options(bucket, viewer.url) }],
    stranger: keysOf(none.url, none.url),
    keeper: options(records, creator.url),
    asReader: { put, overwrite: put, remove: (key) => asReader.file(`prod/${key}`).delete() },
    denied: { code: 403 },
    secrets: [],
    refusal: /403 forbidden: list gs:\/\/zeebe\/prod\/\S* \(needs storage\.objects\.list\)/,
    calls: viewer,
    async stop() {
      await Promise.all([viewer, creator, none, recordsViewer].map((each) => each.close()));
      await gcs.stop();
    },
  };
}

export async function startAzureServer(folder: string): Promise<Server> {
  const azure = await startAzure({ folder, container: bucket });
  const { accountName, accountKey, url: endpoint } = azure;
  await azure.createClient(records).create();
  const sign = (permissions: string) => Promise.all([bucket, records].map((name) => azure.sign(permissions, name)));
  const [reading, listing, keeping] = await Promise.all(['rl', 'l', 'rlc'].map(sign));
  const options = (container: string, credentials: object): StoreOptions => {
    return { type: 'azure', container, basePath: container === bucket ? '' : 'prod', endpoint, ...credentials };
  };
  const bySignature = ([first = '', second = '']: readonly string[] = []): Keys => ({
    backupStore: { type: 'azure', container: bucket, endpoint, sasTokenEnv: 'SAS_OF_BACKUPS' },
    catalogue: { type: 'azure', container: records, basePath: 'prod', endpoint, sasTokenEnv: 'SAS_OF_RECORDS' },
    env: { SAS_OF_BACKUPS: first, SAS_OF_RECORDS: second },
  });
  const byString = ([first = '', second = '']: readonly string[] = []): Keys => {
    const connection = (token: string): string => `BlobEndpoint=${endpoint};SharedAccessSignature=${token}`;
    return {
      backupStore: { type: 'azure', container: bucket, connectionStringEnv: 'TO_BACKUPS' },
      catalogue: { type: 'azure', container: records, basePath: 'prod', connectionStringEnv: 'TO_RECORDS' },
      env: { TO_BACKUPS: connection(first), TO_RECORDS: connection(second) },
    };
  };
  const key = { accountName, accountKeyEnv: 'AZURE_KEY' };
  const owner: Keys = {
    backupStore: { type: 'azure', container: bucket, endpoint, ...key },
    catalogue: { type: 'azure', container: records, basePath: 'prod', endpoint, ...key },
    env: { AZURE_KEY: accountKey },
  };
  const store = options(bucket, { sasToken: reading?.[0] });
  const asReader = new ContainerClient(`${endpoint}/${bucket}?${reading?.[0]}`, new AnonymousCredential());
  const put = (name: string) => asReader.getBlockBlobClient(name).upload('x', 1);
  const signatures = [reading, listing, keeping].flatMap((tokens = []) =>
    tokens.map((token) => new URLSearchParams(token).get('sig') ?? ''),
  );
  return {
    owner: {
      keys: owner,
      store: options(bucket, { accountName, accountKey }),
      catalogue: options(records, { accountName, accountKey }),
    },
    readers: [bySignature(reading), byString(reading)].map((keys) => ({ ...keys, store })),
    stranger: bySignature(listing),
    keeper: options(records, { sasToken: keeping?.[1] }),
    asReader: { put, overwrite: put, remove: (name) => asReader.deleteBlob(name) },
    denied: { statusCode: 403, code: 'AuthorizationPermissionMismatch' },
    secrets: [accountKey, ...signatures.flatMap((signature) => [signature, encodeURIComponent(signature)])],
    refusal:
      /403 AuthorizationPermissionMismatch: read azure:\/\/local\/zeebe\/\S+manifest\.json \(needs the permission r of a signature/,
    stop: () => azure.stop(),
  };
}
