import { engineTextWithout, indexRows } from '../../support/engine-rules.ts';
import {
  all,
  call,
  endless,
  nodeDied,
  onlyIndices,
  registered,
  shardIs,
  snapshotEnded,
  taken,
  without,
} from '../../support/engine-states.ts';
import type { Scene } from '../../support/replay.ts';
import { count } from '../../support/rules.ts';
import { searchEngine, type Engine } from './engine.ts';

const indices = onlyIndices({ name: 'operate-a', documents: 10 }, { name: 'operate-b', documents: 10 });

/** A lost blob that a later snapshot inherits, a node that dies, and repositories that cannot be written or read. */
export const deaths = ({ path, options }: Engine): readonly Scene[] => [
  {
    exchanges: '366-382, 384-390',
    options,
    ask: searchEngine,
    steps: {
      '366-x-inherit-create-after-blob-lost': {
        before: all(indices, registered('inh', `${path}/inh`), taken('inh', 'before', 'operate-*'), ({ cluster }) =>
          cluster.searchEngine.damage('inh', { file: 'data', is: 'deleted', index: 'operate-b' }),
        ),
      },
      '369-x-after-client-timeout': {
        before: all(
          without(/^i-/),
          registered('kill', `${path}/kill`),
          ({ cluster }) => cluster.searchEngine.nextSnapshot({ name: /^k0$/, durationMs: 500 }),
          (simulator) =>
            call(simulator, 'PUT', '/_snapshot/kill/k0', { indices: 'operate-a', include_global_state: false }),
        ),
      },
      '370-x-after-client-timeout-later': { before: snapshotEnded('k0') },
      '371-x-kill-create': { before: endless(/^k1$/) },
      // One of the two shards was done already, for who counts them.
      '372-x-kill-before': { rules: { 'shards.successful': count } },
      '373-x-kill-after-restart-0': { before: nodeDied },
      '376-x-kill-recreate': { before: endless(/^k1$/) },
      '379-x-rkill-put-repo': { before: taken('kill', 'k3', 'operate-b') },
      '380-x-rkill-restore': {
        before: all(without(/^operate-b$/), (simulator) => simulator.change({ restoreDurationMs: 2_000 })),
      },
      '381-x-rkill-health': { before: all(shardIs('operate-b', 'INITIALIZING'), nodeDied) },
      '386-x-rkill-cat-indices': { rules: indexRows },
      '389-x-rkill-restore-after-delete': {
        before: all(registered('inh2', `${path}/kill`), (simulator) => simulator.change({ restoreDurationMs: 30 })),
      },
    },
  },
  {
    exchanges: '391-394',
    options,
    ask: searchEngine,
    steps: {
      '391-x-unwritable-put-repo': {
        before: ({ cluster }) => cluster.searchEngine.damage(`${path}/unw`, { file: 'directory', is: 'unwritable' }),
      },
    },
  },
  {
    exchanges: '395-396',
    options,
    ask: searchEngine,
    // The garbage had another length.
    rules: { reason: engineTextWithout(/column: \d+/g, /\[1:\d+\]/g) },
    steps: {
      '395-x-garbage-put-repo': {
        before: ({ cluster }) => cluster.searchEngine.damage(`${path}/unw`, { file: 'index-N', is: 'garbage' }),
      },
    },
  },
];
