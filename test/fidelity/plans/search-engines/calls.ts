import { engineTextWithout, indexRows, recoveries, recoveryRows } from '../../support/engine-rules.ts';
import {
  all,
  call,
  endless,
  onlyIndices,
  registered,
  shardIs,
  snapshotEnded,
  without,
} from '../../support/engine-states.ts';
import type { Scene, Step } from '../../support/replay.ts';
import { inAnyOrder, matching } from '../../support/rules.ts';
import { job, listView, process, searchEngine, task, type Engine } from './engine.ts';

/** From an empty engine through every call of the snapshot API, with a restore that is watched. */
export const everyCall = ({ product, path, options }: Engine): Scene => ({
  exchanges: '01-15, 22-89, 92-130, 132-154',
  options,
  ask: searchEngine,
  steps: { ...steps(path), ...(product === 'opensearch' ? ofOpenSearch : ofElasticsearch) },
});

const generation = engineTextWithout(/generation \[-?\d+\]/g);

const steps = (path: string): Readonly<Record<string, Step>> => ({
  '01-root': { before: onlyIndices() },
  '15-cat-indices': { before: onlyIndices(listView, job, task, process), rules: indexRows },
  '42-health-red': {
    before: all(snapshotEnded('snap-bb'), ({ cluster }) => {
      cluster.searchEngine.createIndex('broken-1', { shards: 2 });
      cluster.searchEngine.loseIndex('broken-1');
    }),
  },
  '52-get-success': { before: without(/broken-1/) },
  '72-create-wait-false': { before: endless(/^snap-1$/) },
  '81-create-concurrent-nowait': { before: endless(/^snap-2$/) },
  '108-restore-onto-closed-index': { before: (simulator) => call(simulator, 'POST', `/${process.name}/_close`) },
  '117-delete-index-missing': { before: without(/^(operate|tasklist|restored)-/) },
  '121-restore-all-nowait-throttled': { before: (simulator) => simulator.change({ restoreDurationMs: 4_000 }) },
  // Four shards at a time: the fifth waits.
  '124-health-restoring': { before: shardIs(listView.name, 'INITIALIZING') },
  '125-recovery-restoring': { rules: recoveries },
  '126-recovery-active-only': { rules: recoveries },
  '127-cat-recovery-restoring': { rules: recoveryRows },
  '134-recovery-done': {
    before: all(shardIs(process.name, 'STARTED'), (simulator) => simulator.change({ restoreDurationMs: 30 })),
    rules: recoveries,
  },
  '137-cat-recovery-done': { rules: recoveryRows },
  '138-restore-after-delete': { before: without(/^tasklist-/) },
  '147-twin-repo-list': { before: registered('twin', `${path}/camunda`) },
  '150-twin-original-create-after': { rules: { reason: generation } },
});

const ofElasticsearch: Readonly<Record<string, Step>> = {
  // The last snapshot's place in the order, with its time.
  '60-get-size-order': { rules: { next: matching('token', /^[\w+/=-]{20,}$/) } },
  '140-restore-feature-states-none': { before: without(/^tasklist-/) },
};

const ofOpenSearch: Readonly<Record<string, Step>> = {
  // Several have the same start: its clock goes by 200 ms.
  '57-get-all': { rules: { snapshots: inAnyOrder('snapshot') } },
  '139-restore-global-state': { before: without(/^tasklist-/) },
};
