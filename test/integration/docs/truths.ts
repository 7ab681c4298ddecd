import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installed } from './installed.ts';
import type { Site } from './site.ts';

/** Looks whether a command did what it says it did: what is not so. */
export type Truth = (site: Site, installed: Installed) => Promise<readonly string[]>;

export const exportingEverywhere: Truth = async ({ simulator: { cluster } }) =>
  cluster.exportingEverywhere() ? [] : ['not every replica is exporting'];

/** For what answers before it acts. */
export const exportingSoon: Truth = async ({ simulator: { cluster } }) => {
  await cluster.awaitState((now) => now.exportingEverywhere());
  return [];
};

/** The Temporal CLI says nothing about what it made. */
export const scheduleOf =
  (workflowType: string, scheduleId: string): Truth =>
  async ({ client }) => {
    const { action, policies } = await client.schedule.getHandle(scheduleId).describe();
    const so = action.workflowType === workflowType && policies.overlap === 'SKIP';
    return so ? [] : [JSON.stringify({ action, policies })];
  };

export const clusterFileWritten: Truth = async (_site, { checkout }) => {
  const text = await readFile(join(checkout, 'clusters.yaml'), 'utf8');
  return /^ {2}simulated-3:$/m.test(text) ? [] : [text];
};

export const noSnapshotLike =
  (pattern: RegExp): Truth =>
  async ({ simulator: { cluster } }) =>
    cluster.snapshots.filter(({ name }) => pattern.test(name)).map(({ name }) => `snapshot ${name} is still there`);

export const noZeebeBackup: Truth = async ({ simulator: { cluster } }) =>
  cluster.backups.map(({ backupId }) => `the Zeebe backup ${backupId} is still there`);
