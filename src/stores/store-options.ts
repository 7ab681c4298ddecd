/** Where objects lie, and how they are reached. */
export type StoreOptions = S3StoreOptions | FolderStoreOptions;

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
    case 'filesystem':
      return options.basePath;
  }
}

/** A base path as the beginning of a key: '' or with a slash at its end and none at its start. */
export function folderOf(basePath: string): string {
  const path = basePath.replaceAll(/^\/+|\/+$/g, '');
  return path === '' ? '' : `${path}/`;
}

const withoutSlash = (text: string): string => text.replace(/\/$/, '');
