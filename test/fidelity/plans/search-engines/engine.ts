import type { SimulatorOptions } from '../../../../src/simulator/index.ts';
import type { Scene } from '../../support/replay.ts';

/** One of the two, as it was recorded. */
export interface Engine {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly folder: string;
  /** Where its repositories lay. */
  readonly path: string;
  readonly options: SimulatorOptions;
}

export const searchEngine: Scene['ask'] = ({ urls }) => urls.searchEngine;

export const listView = { name: 'operate-list-view-8.3.0_', shards: 3, documents: 4_000, aliases: ['operate-alias'] };
export const process = { name: 'operate-process-8.3.0_', documents: 50, aliases: ['operate-alias'] };
export const task = { name: 'tasklist-task-8.5.0_', documents: 500, aliases: ['tasklist-task-8.5.0_alias'] };
export const job = { name: 'zeebe-record_job_8.8.0_2026-11-20', documents: 300 };
