import { isObject } from '../support/compare.ts';
import { engineRules, digits } from '../support/engine-rules.ts';
import { all, onlyIndices, without, type SetUp } from '../support/engine-states.ts';
import type { FolderPlan } from '../support/replay.ts';
import { equalIn, inAnyOrder, kind } from '../support/rules.ts';
import { appBackup, appTakes } from '../support/states.ts';
import { searchEngine } from './search-engines/engine.ts';

const id = 1_795_290_000;

/** What Zeebe 8.6.0 had exported by then. */
const recordIndices: SetUp = async ({ cluster }) => {
  const types =
    'command-distribution deployment job process process-instance process-instance-creation user-task variable';
  for (const type of types.split(' ')) {
    const shards = ['job', 'process-instance', 'user-task'].includes(type) ? 3 : 1;
    cluster.searchEngine.createIndex(`zeebe-record_${type}_8.6.0_2026-11-21`, {
      shards,
      documents: 5,
      aliases: [`zeebe-record-${type}`],
    });
  }
};

const integer = kind('integer', Number.isInteger);
const byName = inAnyOrder('name');
/** Cut in the recording. */
const mappings = equalIn('mappings', (value) => (value === 'cut' || isObject(value) ? 'mappings' : value));
/** What the catalogue records, on an Elasticsearch that Zeebe, Operate and Tasklist 8.6.0 write to. */
export const elasticsearchInventory: FolderPlan = {
  folder: 'elasticsearch-8.16-inventory',
  rules: engineRules,
  // Its answers are long: beside them, states that last for milliseconds would pass unseen in other folders.
  alone: true,
  scenes: [
    {
      exchanges: '01-08, 10-14',
      options: { version: '8.6.0', partDurationMs: 5, recordsPerSecond: 0, recordSnapshotDurationMs: 5 },
      ask: searchEngine,
      steps: {
        '01-cat-indices': {
          before: all(without(/^zeebe-record/), recordIndices),
          rules: {
            body: inAnyOrder('index'),
            'creation.date': digits,
            'docs.count': digits,
            'pri.store.size': digits,
          },
        },
        '03-stats': {
          rules: { 'docs.count': integer, 'store.size_in_bytes': integer, 'seq_no.max_seq_no': integer },
        },
        '04-index-templates': { rules: { index_templates: byName, mappings } },
        '05-component-templates': { rules: { component_templates: byName, mappings } },
        '13-metadata-string-fits': { before: all(appTakes('operate', id), appBackup('operate', id, 'COMPLETED')) },
      },
    },
  ],
  // What each snapshot holds and says is compared in other folders; here it is for the rules of the coverage.
  notComparable: { 'other parameters': '09' },
};

/** The same of an OpenSearch with two indices made by hand: no distribution that could be had has ISM. */
export const openSearchInventory: FolderPlan = {
  folder: 'opensearch-2.19-inventory',
  rules: engineRules,
  alone: true,
  scenes: [
    {
      exchanges: '01-10',
      options: {
        version: '8.6.0',
        searchEngine: { product: 'opensearch', version: '2.19.3' },
        exporters: [],
        recordsPerSecond: 0,
        recordSnapshotDurationMs: 5,
      },
      ask: searchEngine,
      steps: {
        '01-cat-indices': {
          before: onlyIndices(
            { name: 'operate-list-view-8.3.0_', aliases: ['operate-alias'] },
            { name: 'zeebe-record_job_8.6.0_2026-11-21', shards: 3, documents: 7, aliases: ['zeebe-record-job'] },
          ),
          rules: { body: inAnyOrder('index'), 'creation.date': digits },
        },
        // Which shard a document goes to is a matter of its ID.
        '03-stats': { rules: { 'store.size_in_bytes': integer, 'seq_no.max_seq_no': integer } },
      },
    },
  ],
};
