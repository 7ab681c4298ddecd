import type { ToldByWorkflow } from '../../../src/activities/record-draft.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import type { ActivityWorldOptions } from '../activity-world.ts';
import { backedUp, backupId } from '../backed-up.ts';
import { aPlace } from './a-place.ts';

export const workflowExecution = { workflowId: 'camunda-cluster/prod', runId: 'run-1' };
/** Key of the record of a run. */
export const key = (cluster: string, runId = 'run-1') => `${cluster}/${backupId}-${runId}/record.json`;

export const told: ToldByWorkflow = {
  startedBy: 'nightly',
  requestedBy: 'anna',
  reason: 'before the update',
  exporting: { pausedAt: '2026-11-21T10:00:10.000Z', resumedVerifiedAt: '2026-11-21T10:00:20.000Z', pausedMs: 10_000 },
  afterwards: [],
  steps: [{ step: 'PREPARE', startedAt: '2026-11-21T10:00:00.000Z', endedAt: '2026-11-21T10:00:01.000Z' }],
  warnings: ['Operate runs 8.6.1, Zeebe 8.6.0'],
};

export async function all<T>(from: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of from) items.push(item);
  return items;
}

/** A backup that is taken, and a catalogue in memory. */
export async function readyToRecord(options: ActivityWorldOptions = {}) {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const w = await backedUp({ ...options, catalogue, timing: { recordMs: 60_000, ...options.timing } });
  const record = async (
    info: { readonly attempt?: number; readonly heartbeatDetails?: unknown; readonly runId?: string } = {},
    more: Partial<typeof w.set> = {},
  ) => {
    const { runId = 'run-1', ...rest } = info;
    const { recorded, proof } = await w.prove(
      { told, ...more },
      { workflowExecution: { ...workflowExecution, runId }, ...rest },
    );
    return { proof, record: recorded?.record, warnings: recorded?.warnings ?? [] };
  };
  const opened = async () => {
    const [entry] = await catalogue.list(w.cluster);
    const found = entry && (await catalogue.open(entry));
    if (found?.record === undefined) throw new Error('nothing was recorded');
    const about: CatalogueRecord = found.record;
    return { ...found, record: about };
  };
  return Object.assign(w, { place, catalogue, record, opened });
}
