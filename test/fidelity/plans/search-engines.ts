import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { engineRules } from '../support/engine-rules.ts';
import type { FolderPlan } from '../support/replay.ts';
import { everyCall } from './search-engines/calls.ts';
import { damaged } from './search-engines/damaged.ts';
import { deaths } from './search-engines/deaths.ts';
import type { Engine } from './search-engines/engine.ts';
import { misc } from './search-engines/misc.ts';
import { warm } from './search-engines/warm.ts';

const options = (searchEngine: NonNullable<SimulatorOptions['searchEngine']>): SimulatorOptions => ({
  searchEngine,
  repository: null,
  exporters: [],
  recordsPerSecond: 0,
  recordSnapshotDurationMs: 30,
  restoreDurationMs: 30,
});

const plan = (engine: Engine): FolderPlan => ({
  folder: engine.folder,
  rules: engineRules,
  alone: true,
  scenes: [everyCall(engine), ...warm(engine), ...damaged(engine), misc(engine), ...deaths(engine)],
  notComparable: {
    // Templates, aliases, tasks, settings, statistics, allocation, plugins, a document.
    'not called': [
      '16-19, 21, 90-91, 131, 191, 199-201, 203, 206, 357-359, 383',
      // What speaks of why a shard is not allocated, after each damage.
      '215, 228, 241, 254, 267, 280, 293, 306, 319, 332, 345',
    ].join(', '),
    'other parameters': '20',
  },
});

/** Elasticsearch 8.16.1 and OpenSearch 2.19.3: the same calls under the same numbers. */
export const elasticsearch = plan({
  product: 'elasticsearch',
  folder: 'elasticsearch-8.16',
  path: '/srv/es-repo',
  options: options({ product: 'elasticsearch', version: '8.16.1' }),
});
export const openSearch = plan({
  product: 'opensearch',
  folder: 'opensearch-2.19',
  path: '/srv/os-repo',
  options: options({ product: 'opensearch', version: '2.19.3' }),
});
