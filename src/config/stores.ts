import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import type { AzureStoreOptions, GcsStoreOptions, S3StoreOptions, StoreOptions } from '../model/store-options.ts';
import { locationOf, placeOf } from '../model/store-options.ts';
import { readSigningKey, readVerifyKey } from '../catalogue/keys.ts';
import type { CatalogueConfig } from './config.ts';
import { show } from './problems.ts';
import type { Outside } from './secrets.ts';
import { keyFile, readOptionalSecret, readSecret } from './secrets.ts';
import type { Section } from './section.ts';
import { fail, Flag, oneOf, ServerUrl, Text, textLike } from './values.ts';

const BucketName = textLike(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, 'letters, digits, ".", "_" and "-" only');
const ContainerName = textLike(/^[a-z0-9][a-z0-9-]{2,62}$/, 'lower-case letters, digits and "-" only');
const AccountName = textLike(/^[a-z0-9]{3,24}$/, '3 to 24 lower-case letters and digits');
const StorePath = textLike(/^[^/\s][^\s]*$/, "as in Zeebe's own setting, without a slash at its start");
const FolderPath = Text.refine(isAbsolute, {
  error: (issue) => `${show(issue.input)} is not an absolute path; write the folder as this worker sees it`,
}).transform((path) => normalize(path).replace(/(?<=.)\/+$/, ''));

const types = ['s3', 'gcs', 'azure', 'filesystem'] as const;

/** Zeebe's own backup store. */
export const readBackupStore = (section: Section, outside: Outside): StoreOptions | undefined =>
  readStore(section, outside, 'backup store');

/** The place of our own records. */
export function readCatalogue(section: Section, outside: Outside): CatalogueConfig | undefined {
  const store = readStore(section, outside, 'catalogue');
  const signingKey = section.optionalValue('signingKeyFile', keyFile(outside, readSigningKey));
  const verifyKeys = section.values('verifyKeyFiles', keyFile(outside, readVerifyKey));
  if (store === undefined) return undefined;
  return {
    store,
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(verifyKeys === undefined ? {} : { verifyKeys }),
  };
}

function readStore(section: Section, outside: Outside, use: StoreUse): StoreOptions | undefined {
  switch (section.value('type', oneOf(types))) {
    case 's3':
      return readS3(section, outside);
    case 'gcs':
      return readGcs(section, outside);
    case 'azure':
      return readAzure(section, outside, use);
    case 'filesystem': {
      const basePath = section.value('basePath', FolderPath);
      return basePath === undefined ? undefined : { type: 'filesystem', basePath };
    }
    case undefined:
      section.ignoreRest();
      return undefined;
  }
}

const readBasePath = (section: Section): string =>
  (section.optionalValue('basePath', StorePath) ?? '').replace(/\/+$/, '');

function readS3(section: Section, outside: Outside): S3StoreOptions | undefined {
  const bucket = section.value('bucket', BucketName);
  const basePath = readBasePath(section);
  const endpoint = section.optionalValue('endpoint', ServerUrl);
  // Servers that only speak S3's protocol accept any region.
  const region = section.has('endpoint')
    ? (section.optionalValue('region', Text) ?? 'us-east-1')
    : section.value('region', Text);
  const forcePathStyle = section.optionalValue('forcePathStyle', Flag) ?? false;
  const keys = readS3Keys(section, outside);
  if (bucket === undefined || region === undefined) return undefined;
  return {
    type: 's3',
    bucket,
    basePath,
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...keys,
  };
}

function readS3Keys(section: Section, outside: Outside): Pick<S3StoreOptions, 'accessKeyId' | 'secretAccessKey'> {
  const given = ['accessKeyId', 'secretAccessKey'].some((key) => section.has(`${key}Env`) || section.has(`${key}File`));
  if (!given) {
    section.allow('accessKeyIdEnv', 'accessKeyIdFile', 'secretAccessKeyEnv', 'secretAccessKeyFile');
    return {};
  }
  const accessKeyId = readSecret(section, 'accessKeyId', outside);
  const secretAccessKey = readSecret(section, 'secretAccessKey', outside);
  return accessKeyId === undefined || secretAccessKey === undefined ? {} : { accessKeyId, secretAccessKey };
}

function readGcs(section: Section, outside: Outside): GcsStoreOptions | undefined {
  const bucket = section.value('bucket', BucketName);
  const basePath = readBasePath(section);
  const host = section.optionalValue('host', ServerUrl);
  const auth = section.optionalValue('auth', oneOf(['auto', 'none'])) ?? 'auto';
  const text = readOptionalSecret(section, 'credentials', outside, 'many');
  const credentials = text === undefined ? undefined : serviceAccount(text);
  if (text !== undefined && credentials === undefined) {
    section.report(
      'must be the JSON key of a service account, with client_email and private_key',
      secretKey(section, 'credentials'),
    );
  }
  if (text !== undefined && auth === 'none')
    section.report("contradicts 'auth: none'", secretKey(section, 'credentials'));
  if (bucket === undefined) return undefined;
  return {
    type: 'gcs',
    bucket,
    basePath,
    auth,
    ...(host === undefined ? {} : { host }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

const secretKey = (section: Section, name: string): string =>
  section.has(`${name}Env`) ? `${name}Env` : `${name}File`;

function serviceAccount(text: string): GcsStoreOptions['credentials'] {
  try {
    const parsed = ServiceAccount.safeParse(JSON.parse(text)).data;
    return parsed === undefined ? undefined : { clientEmail: parsed.client_email, privateKey: parsed.private_key };
  } catch {
    return undefined;
  }
}

const ServiceAccount = z.object({ client_email: z.string(), private_key: z.string() });

function readAzure(section: Section, outside: Outside, use: StoreUse): AzureStoreOptions | undefined {
  if (use === 'backup store' && section.has('basePath')) {
    section.report("is the container in Zeebe's settings of Azure; write it as container", 'basePath');
    section.allow('basePath');
  }
  const container = section.value('container', ContainerName);
  const basePath = use === 'backup store' ? '' : readBasePath(section);
  const endpoint = section.optionalValue('endpoint', AccountUrl);
  const accountName = section.optionalValue('accountName', AccountName);
  const accountKey = readOptionalSecret(section, 'accountKey', outside);
  const sasToken = readOptionalSecret(section, 'sasToken', outside);
  const connectionString = readOptionalSecret(section, 'connectionString', outside);
  const given = ['accountKey', 'sasToken', 'connectionString'].filter(
    (key) => section.has(`${key}Env`) || section.has(`${key}File`),
  );
  if (given.length > 1) section.report(`has ${given.join(' and ')}; give one of them`);
  const named = section.has('accountName') || section.has('endpoint');
  if (given.includes('connectionString') && named) {
    section.report('contradicts accountName and endpoint, which stand in it');
  }
  if (connectionString !== undefined && !/(^|;)(AccountName|BlobEndpoint)=[^;]/.test(connectionString)) {
    section.report(
      'is no connection string: it names neither AccountName nor BlobEndpoint',
      secretKey(section, 'connectionString'),
    );
  }
  if (given.includes('accountKey') && !section.has('accountName'))
    section.report('needs accountName beside accountKey');
  if (!given.includes('connectionString') && !named) {
    section.report('needs accountName, or endpoint, or connectionStringEnv or connectionStringFile');
    return undefined;
  }
  if (container === undefined) return undefined;
  return {
    type: 'azure',
    container,
    basePath,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accountName === undefined ? {} : { accountName }),
    ...(accountKey === undefined ? {} : { accountKey }),
    ...(sasToken === undefined ? {} : { sasToken }),
    ...(connectionString === undefined ? {} : { connectionString }),
  };
}

/** An emulator has the account as the path of its address. */
const AccountUrl = Text.transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return fail(context, 'is not the address of an account; write it as in https://account.blob.core.windows.net');
  }
  if (url.search !== '' || url.username !== '' || url.password !== '') {
    return fail(context, 'holds credentials; give a shared access signature as sasTokenEnv or sasTokenFile');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
});

/** Sees to it that no catalogue lies where Zeebe deletes and lists, nor the other way round, in any of the clusters. */
export interface StoreClaims {
  claim(section: Section, cluster: string, use: StoreUse, store: StoreOptions): void;
}

type StoreUse = 'backup store' | 'catalogue';

export function createStoreClaims(): StoreClaims {
  const earlier: {
    readonly use: StoreUse;
    readonly cluster: string;
    readonly line: string;
    readonly store: StoreOptions;
  }[] = [];
  return {
    claim(section, cluster, use, store) {
      const other = earlier.find((claimed) => claimed.use !== use && overlap(claimed.store, store));
      if (other !== undefined) {
        section.report(
          `${placeOf(store)} and the ${other.use} of cluster ${show(other.cluster)} (${other.line}: ${placeOf(other.store)}) lie ` +
            'one in the other: Zeebe lists and deletes there. Give the catalogue a place of its own',
        );
      }
      earlier.push({ use, cluster, line: section.place, store });
    },
  };
}

function overlap(one: StoreOptions, other: StoreOptions): boolean {
  const [a, b] = [locationOf(one), locationOf(other)];
  const same = one.type === other.type && a.server === b.server && a.container === b.container;
  return same && (a.folder.startsWith(b.folder) || b.folder.startsWith(a.folder));
}
