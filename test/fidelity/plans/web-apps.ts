import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import type { FolderPlan, Scene, Step } from '../support/replay.ts';
import { inAnyOrder, managementRules } from '../support/rules.ts';
import { appBackup, appDeleted, appTakes, partRunning } from '../support/states.ts';

type App = 'operate' | 'tasklist';

/** Between two parts is a fifth of a part: both must last longer than a call takes. */
const options: SimulatorOptions = { version: '8.6.0', partDurationMs: 300, deleteDelayMs: 600 };
const onOpenSearch: SimulatorOptions = {
  ...options,
  searchEngine: { product: 'opensearch', version: '2.19.3' },
  // Each part is gone long before the next.
  deleteDelayMs: 2_400,
};

const asking =
  (app: App): Scene['ask'] =>
  ({ urls }) =>
    urls[app];

/** From the first look to the last delete: the same calls in all four recordings. */
const procedure = (app: App, id: number): Readonly<Record<string, Step>> => ({
  '16-get-completed': { before: appBackup(app, id, 'COMPLETED') },
  '19-list': { before: appBackup(app, 7, 'COMPLETED') },
  '22-get-after-delete': { before: appDeleted(app, 7) },
  '24-delete': { before: appBackup(app, 7, 'COMPLETED') },
  '26-delete-zero': { before: appBackup(app, 0, 'COMPLETED') },
});

const repositoryMissing = (exchanges: string, first: string, app: App, of: SimulatorOptions): Scene => ({
  exchanges,
  options: of,
  ask: asking(app),
  steps: {
    [first]: { before: ({ cluster, repository }) => cluster.searchEngine.removeRepository(repository) },
  },
});

const notConfigured = (exchanges: string, app: App): Scene => ({
  exchanges,
  options: { ...options, repository: null },
  ask: asking(app),
});

/** Operate 8.6.0 on Elasticsearch 8.16.1. */
export const operate: FolderPlan = {
  folder: 'camunda-8.6-operate',
  rules: managementRules,
  scenes: [
    {
      exchanges: '01-26',
      options,
      ask: asking('operate'),
      steps: {
        ...procedure('operate', 1_795_228_000),
        '15-get-right-after': { before: partRunning('operate', 1_795_228_000, 2) },
      },
    },
    repositoryMissing('27-30', '27-repo-missing-list', 'operate', options),
    {
      exchanges: '31-33',
      options,
      ask: asking('operate'),
      steps: {
        '31-get-after-kill-mid-backup': {
          async before(simulator) {
            await appTakes('operate', 1_795_229_500)(simulator);
            await partRunning('operate', 1_795_229_500, 4)(simulator);
            await simulator.cluster.operate.restart();
            await appBackup('operate', 1_795_229_500, 'INCOMPLETE')(simulator);
          },
        },
        '33-es-frozen-list': { before: ({ cluster }) => cluster.searchEngine.stop() },
      },
    },
    notConfigured('34-37', 'operate'),
  ],
};

/** Tasklist 8.6.0 on Elasticsearch 8.16.1. */
export const tasklist: FolderPlan = {
  folder: 'camunda-8.6-tasklist',
  rules: managementRules,
  scenes: [
    {
      exchanges: '01-26',
      options,
      ask: asking('tasklist'),
      steps: {
        ...procedure('tasklist', 1_795_228_000),
        '15-get-right-after': { before: appBackup('tasklist', 1_795_228_000, 'INCOMPLETE') },
      },
    },
    repositoryMissing('27-30', '27-repo-missing-list', 'tasklist', options),
    {
      exchanges: '31-33',
      options,
      ask: asking('tasklist'),
      steps: {
        '31-es-frozen-take': { before: ({ cluster }) => cluster.searchEngine.stop() },
        '32-get-after-es-frozen': { before: ({ cluster }) => cluster.searchEngine.start() },
      },
    },
    notConfigured('34-37', 'tasklist'),
  ],
};

// Parts that start within the engine's clock step come in any order.
const anyOrderOfParts = { details: inAnyOrder('snapshotName') };

/** Operate 8.6.0 on OpenSearch 2.19.3. */
export const operateOnOpenSearch: FolderPlan = {
  folder: 'camunda-8.6-operate-opensearch',
  rules: managementRules,
  scenes: [
    {
      exchanges: '01-31',
      options: onOpenSearch,
      ask: asking('operate'),
      steps: {
        ...procedure('operate', 1_795_231_779),
        '13-take-same-id-at-once': { before: partRunning('operate', 1_795_231_779, 1) },
        '15-get-right-after': { before: partRunning('operate', 1_795_231_779, 2) },
        '21-get-right-after-delete': { before: appBackup('operate', 7, 'INCOMPLETE') },
        '27-take-slow': {
          before: ({ cluster }) => cluster.searchEngine.nextSnapshot({ name: /_1795232079_/, durationMs: 2_000 }),
        },
      },
    },
    repositoryMissing('32-35', '32-repo-missing-list', 'operate', onOpenSearch),
    {
      exchanges: '36-37',
      options: onOpenSearch,
      ask: asking('operate'),
      steps: {
        '36-os-frozen-list': {
          async before(simulator) {
            for (const id of [1_795_231_779, 1_795_231_879, 1_795_231_979, 1_795_232_079]) {
              await appTakes('operate', id)(simulator);
              await appBackup('operate', id, 'COMPLETED')(simulator);
            }
            await simulator.cluster.searchEngine.stop();
          },
        },
        '37-list-after-frozen': {
          before: ({ cluster }) => cluster.searchEngine.start(),
          rules: anyOrderOfParts,
        },
      },
    },
  ],
};

/** Tasklist 8.6.0 on OpenSearch 2.19.3; one backup from before. */
export const tasklistOnOpenSearch: FolderPlan = {
  folder: 'camunda-8.6-tasklist-opensearch',
  rules: managementRules,
  scenes: [
    {
      exchanges: '01-26',
      options: onOpenSearch,
      ask: asking('tasklist'),
      steps: {
        ...procedure('tasklist', 1_795_231_779),
        '02-list-empty': {
          async before(simulator) {
            await appTakes('tasklist', 1_795_231_879)(simulator);
            await appBackup('tasklist', 1_795_231_879, 'COMPLETED')(simulator);
          },
          rules: anyOrderOfParts,
        },
        '15-get-right-after': { before: partRunning('tasklist', 1_795_231_779, 3) },
        '19-list': { before: appBackup('tasklist', 7, 'COMPLETED'), rules: anyOrderOfParts },
        '21-get-right-after-delete': { before: appBackup('tasklist', 7, 'INCOMPLETE') },
      },
    },
  ],
};
