import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient, ContainerSASPermissions, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';
import { installedStores } from './installed.ts';

export interface Azure extends Part {
  /** Of the account's blobs. */
  readonly url: string;
  readonly container: string;
  readonly accountName: string;
  readonly accountKey: string;
  /** A client of the caller's own, to read back what others wrote. */
  createClient(container?: string): ContainerClient;
  /** A shared access signature of a container for an hour, with these permissions. */
  sign(permissions: string, container?: string): Promise<string>;
}

/** Starts Azurite and makes one container. */
export async function startAzure({
  folder,
  container,
}: {
  readonly folder: string;
  readonly container: string;
}): Promise<Azure> {
  const port = await freePort();
  const accountName = 'local';
  const accountKey = randomBytes(32).toString('base64');
  const url = `http://127.0.0.1:${port}/${accountName}`;
  mkdirSync(join(folder, 'data'), { recursive: true });
  const part = await startPart({
    name: 'Azurite',
    command: process.execPath,
    args: [
      installedStores().azurite,
      '--blobHost=127.0.0.1',
      `--blobPort=${port}`,
      `--location=${join(folder, 'data')}`,
      '--skipApiVersionCheck',
      '--disableTelemetry',
      '--silent',
    ],
    env: { AZURITE_ACCOUNTS: `${accountName}:${accountKey}` },
    cwd: folder,
    logFile: join(folder, 'azurite.log'),
    // Without credentials it refuses, and is there.
    ready: async (signal) => (await fetch(url, { signal })).status > 0,
    readyWithinMs: 60_000,
  });
  const createClient = (name = container): ContainerClient =>
    new BlobServiceClient(url, new StorageSharedKeyCredential(accountName, accountKey)).getContainerClient(name);
  await createClient().create();
  const sign = async (permissions: string, name = container): Promise<string> => {
    const expiresOn = new Date(Date.now() + 3_600_000);
    const given = { permissions: ContainerSASPermissions.parse(permissions), expiresOn };
    return new URL(await createClient(name).generateSasUrl(given)).search.slice(1);
  };
  return { ...part, url, container, accountName, accountKey, createClient, sign };
}
