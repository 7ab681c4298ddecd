import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { engineRules, engineTextWithout } from '../support/engine-rules.ts';
import { all, call, onlyIndices, without, type SetUp } from '../support/engine-states.ts';
import type { FolderPlan } from '../support/replay.ts';
import { equalIn, inAnyOrder } from '../support/rules.ts';
import { appBackup, appTakes, partRunning } from '../support/states.ts';
import { searchEngine } from './search-engines/engine.ts';

const options: SimulatorOptions = { version: '8.6.0', partDurationMs: 40, recordsPerSecond: 0 };

const backedUp = (app: 'operate' | 'tasklist', backupId: number): SetUp =>
  all(appTakes(app, backupId), appBackup(app, backupId, 'COMPLETED'));
const records =
  (backupId: number): SetUp =>
  (simulator) =>
    call(simulator, 'PUT', `/_snapshot/camunda/camunda_zeebe_records_backup_${backupId}?wait_for_completion=true`, {
      indices: 'zeebe-record*',
    });

/** What an Elasticsearch answers that Operate 8.6.0 writes to. */
export const elasticsearchOfCamunda: FolderPlan = {
  folder: 'elasticsearch-8.16-camunda',
  rules: engineRules,
  scenes: [
    {
      exchanges: '01-03',
      options,
      ask: searchEngine,
      steps: { '03-restore-open-index-exists': { before: backedUp('operate', 1_795_229_000) } },
    },
  ],
};

/** Record indices are named after the day. */
const ofAnyDay = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/_\d{4}-\d\d-\d\d$/, '_<day>') : value;
const recordIndices = equalIn('indices of any day, in any order', (value) =>
  Array.isArray(value) ? JSON.stringify(value.map((each) => String(ofAnyDay(each))).toSorted()) : ofAnyDay(value),
);

/** What an OpenSearch answers that Operate, Tasklist and Zeebe 8.6.0 write to. */
export const openSearchOfCamunda: FolderPlan = {
  folder: 'opensearch-2.19-camunda',
  rules: engineRules,
  scenes: [
    {
      exchanges: '01-09',
      options: { ...options, searchEngine: { product: 'opensearch', version: '2.19.3' } },
      ask: searchEngine,
      steps: {
        '01-cat-snapshots': {
          before: all(
            backedUp('operate', 1_795_231_779),
            backedUp('operate', 1_795_231_879),
            backedUp('tasklist', 1_795_231_879),
            records(1_795_231_879),
            backedUp('tasklist', 1_795_231_779),
            backedUp('operate', 1_795_231_979),
            backedUp('tasklist', 1_795_231_979),
            records(1_795_231_979),
          ),
          rules: { body: inAnyOrder('id') },
        },
        '02-get-records-snapshot': { rules: { indices: recordIndices } },
        // Which index is met first is chance.
        '05-restore-over-open-index': { rules: { reason: engineTextWithout(/ index \[[^\]]+\]/g) } },
        '06-restore-camunda_operate': { before: all(({ cluster }) => cluster.operate.stop(), without(/^operate-/)) },
        '07-restore-camunda_tasklist': { before: all(({ cluster }) => cluster.tasklist.stop(), without(/^tasklist-/)) },
        '08-restore-camunda_zeebe_records_backup': {
          before: without(/^zeebe-record/),
          rules: { indices: recordIndices },
        },
        '09-get-operate-parts-in-progress': {
          before: all(
            ({ cluster }) => cluster.operate.start(),
            (simulator) => simulator.change({ partDurationMs: 2_000 }),
            appTakes('operate', 1_795_232_079),
            partRunning('operate', 1_795_232_079, 2),
          ),
        },
      },
    },
  ],
  notComparable: { 'not an exchange': 'raw-get-while-in-progress' },
};

/** OpenSearch 3.1.0 with repositories in S3: two servers, reached as `default` and as `vgw`. */
export const openSearchOnS3: FolderPlan = {
  folder: 'opensearch-3.1-s3',
  rules: engineRules,
  scenes: [
    {
      exchanges: '01-14, 17-19',
      options: {
        searchEngine: { product: 'opensearch', version: '3.1.0', repositoryTypes: ['fs', 'url', 's3'] },
        repository: null,
        exporters: [],
        recordsPerSecond: 0,
        recordSnapshotDurationMs: 30,
        restoreDurationMs: 30,
      },
      ask: searchEngine,
      steps: {
        '01-put-repo-default': {
          before: onlyIndices({ name: 'ix1', shards: 2 }, { name: 'ix2', shards: 2 }, { name: 'ix3', shards: 2 }),
        },
        '04-restore-default': { before: without(/^ix/) },
        '11-restore-vgw': { before: without(/^ix/) },
      },
    },
  ],
  // Buckets and clients that are not there, and a server that is down.
  notComparable: { 'store stand-in': '15-16, 20-22' },
};
