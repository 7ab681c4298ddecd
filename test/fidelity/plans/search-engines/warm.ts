import type { Damage } from '../../../../src/simulator/index.ts';
import { engineText, engineTextWithout } from '../../support/engine-rules.ts';
import { all, onlyIndices, registered, taken, unregistered, without } from '../../support/engine-states.ts';
import type { Rule } from '../../support/compare.ts';
import type { Scene } from '../../support/replay.ts';
import { job, listView, process, searchEngine, task, type Engine } from './engine.ts';

/** Files are damaged while the repository is registered: Elasticsearch has read the root index, OpenSearch has not. */
export const warm = (engine: Engine): readonly Scene[] => {
  const openSearch = engine.product === 'opensearch';
  const indices = openSearch ? [listView, process, job] : [listView, process, job, task];
  const location = `${engine.path}/corr`;
  const twoSnapshots = all(
    onlyIndices(...indices),
    registered('corr', location),
    taken('corr', 'c1', 'operate-*,tasklist-*'),
    taken('corr', 'c2', 'operate-*,tasklist-*'),
    unregistered('corr'),
    registered('corr', location),
  );
  const scene = (exchanges: string, first: string, damage: Damage, reason: Rule = engineText): Scene => ({
    exchanges,
    options: engine.options,
    ask: searchEngine,
    rules: { reason },
    steps: { [first]: { before: all(twoSnapshots, ({ cluster }) => cluster.searchEngine.damage('corr', damage)) } },
  });
  const data = { file: 'data', index: listView.name, shard: 1 } as const;
  const either = engineTextWithout(/corr:c[12]/g);
  const generation = engineTextWithout(/generation \[-?\d+\]/g, /'garbage\w*'/g, /column: \d+/g);

  return [
    {
      exchanges: '155',
      options: engine.options,
      ask: searchEngine,
      steps: { '155-files-note': { before: twoSnapshots } },
    },
    scene('156-162', '156-corrupt-index-n-verify', { file: 'index-N', is: 'garbage' }, generation),
    scene('163-169', '163-deleted-index-n-verify', { file: 'index-N', is: 'deleted' }, generation),
    // Which of the two is told of is chance.
    scene('170-176', '170-deleted-snap-dat-verify', { file: 'snap', is: 'deleted' }, either),
    scene('177-183', '177-corrupt-data-blob-verify', { ...data, is: 'garbage' }),
    scene('184-190', '184-deleted-data-blob-verify', { ...data, is: 'deleted' }),
    {
      exchanges: '192',
      options: engine.options,
      ask: searchEngine,
      steps: { '192-emptied-repo-get': { before: all(onlyIndices(), registered('corr', location)) } },
    },
    {
      ...scene('193-198', '193-vanished-dir-get', { file: 'directory', is: 'deleted' }, generation),
      steps: {
        '193-vanished-dir-get': {
          before: all(twoSnapshots, ({ cluster }) =>
            cluster.searchEngine.damage('corr', { file: 'directory', is: 'deleted' }),
          ),
        },
        '196-unwritable-dir-put-repo': {
          before: all(openSearch ? without(/^z-/) : unregistered('corr'), ({ cluster }) =>
            cluster.searchEngine.damage(location, { file: 'directory', is: 'unwritable' }),
          ),
        },
      },
    },
    {
      exchanges: '202, 204-205',
      options: engine.options,
      ask: searchEngine,
      steps: { '204-delete-repo': { before: registered('slow', `${engine.path}/slow`) } },
    },
  ];
};
