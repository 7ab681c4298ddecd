/** Where objects lie, and how they are reached. */
export type StoreOptions = S3StoreOptions | GcsStoreOptions | AzureStoreOptions | FolderStoreOptions;

interface Deadline {
  /** Of one request, and of one piece of a stream. Default 30 s. */
  readonly timeoutMs?: number;
}

export interface S3StoreOptions extends Deadline {
  readonly type: 's3';
  readonly bucket: string;
  /** Prefix of every key, as in Zeebe's own configuration; '' when none. */
  readonly basePath: string;
  readonly region: string;
  /** Absent: AWS's own. */
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  /** Both absent: the AWS SDK's own credential chain. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

export interface GcsStoreOptions extends Deadline {
  readonly type: 'gcs';
  readonly bucket: string;
  /** Prefix of every key, as in Zeebe's own configuration; '' when none. */
  readonly basePath: string;
  /** Absent: Google's own. */
  readonly host?: string;
  /** `auto`: the given credentials or else Google's own search for some. `none`: a server that asks for none. */
  readonly auth: 'auto' | 'none';
  /** Of a service account. */
  readonly credentials?: { readonly clientEmail: string; readonly privateKey: string };
}

/** By a connection string, a shared access signature, an account key, or else Azure's own search for credentials. */
export interface AzureStoreOptions extends Deadline {
  readonly type: 'azure';
  /** What Zeebe's configuration calls `basePath`. */
  readonly container: string;
  /** Prefix of every key; '' when none, as Zeebe has it. */
  readonly basePath: string;
  /** Absent: by the account's name, or within the connection string. */
  readonly endpoint?: string;
  readonly accountName?: string;
  readonly accountKey?: string;
  readonly sasToken?: string;
  readonly connectionString?: string;
}

export interface FolderStoreOptions extends Deadline {
  readonly type: 'filesystem';
  /** Absolute. It must exist. */
  readonly basePath: string;
}

export const defaultTimeoutMs = 30_000;

/** For people, without any secret. */
export function placeOf(options: StoreOptions): string {
  switch (options.type) {
    case 's3':
      return withoutSlash(`s3://${options.bucket}/${folderOf(options.basePath)}`);
    case 'gcs':
      return withoutSlash(`gs://${options.bucket}/${folderOf(options.basePath)}`);
    case 'azure':
      return withoutSlash(`azure://${azureAccount(options)}/${options.container}/${folderOf(options.basePath)}`);
    case 'filesystem':
      return options.basePath;
  }
}

/** Where objects lie, to be compared: one server, one bucket or container in it, and the beginning of every key. */
export interface StoreLocation {
  readonly server: string;
  readonly container: string;
  readonly folder: string;
}

export function locationOf(options: StoreOptions): StoreLocation {
  switch (options.type) {
    case 's3':
      return { server: options.endpoint ?? 's3', container: options.bucket, folder: folderOf(options.basePath) };
    case 'gcs':
      return { server: options.host ?? 'gcs', container: options.bucket, folder: folderOf(options.basePath) };
    case 'azure':
      return { server: azureEndpoint(options), container: options.container, folder: folderOf(options.basePath) };
    case 'filesystem':
      return { server: 'filesystem', container: '', folder: folderOf(options.basePath) };
  }
}

/** Where the account's blobs are. */
export function azureEndpoint({ endpoint, accountName, connectionString }: AzureStoreOptions): string {
  const within = (key: string): string | undefined =>
    new RegExp(`(?:^|;)${key}=([^;]+)`).exec(connectionString ?? '')?.[1];
  const account = accountName ?? within('AccountName') ?? '';
  const suffix = within('EndpointSuffix') ?? 'core.windows.net';
  return (endpoint ?? within('BlobEndpoint') ?? `https://${account}.blob.${suffix}`).replace(/\/+$/, '');
}

function azureAccount(options: AzureStoreOptions): string {
  const endpoint = azureEndpoint(options);
  if (!URL.canParse(endpoint)) return '';
  // `https://<account>.blob.core.windows.net`, and an emulator's `http://127.0.0.1:10000/<account>`.
  const { hostname, pathname } = new URL(endpoint);
  return pathname.split('/')[1] || hostname.split('.')[0] || hostname;
}

/** A base path as the beginning of a key: '' or with a slash at its end and none at its start. */
export function folderOf(basePath: string): string {
  const path = basePath.replaceAll(/^\/+|\/+$/g, '');
  return path === '' ? '' : `${path}/`;
}

const withoutSlash = (text: string): string => text.replace(/\/$/, '');
