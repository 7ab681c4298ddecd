import type { Damage } from '../../../../src/simulator/index.ts';
import { engineTextWithout, recoveries } from '../../support/engine-rules.ts';
import { all, onlyIndices, registered, taken, unregistered, without } from '../../support/engine-states.ts';
import type { Scene } from '../../support/replay.ts';
import { listView, process, searchEngine, type Engine } from './engine.ts';

/** What was damaged before the repository was registered, by the number of the first exchange. */
const damages: readonly (readonly [first: number, name: string, damage: Damage | undefined])[] = [
  [207, 'index-n-garbage', { file: 'index-N', is: 'garbage' }],
  [220, 'index-n-deleted', { file: 'index-N', is: 'deleted' }],
  [233, 'index-n-truncated', { file: 'index-N', is: 'empty' }],
  // Nobody misses it: the highest index-N is found without.
  [246, 'index-latest-deleted', undefined],
  [259, 'snap-dat-garbage', { file: 'snap', is: 'garbage' }],
  [272, 'snap-dat-deleted', { file: 'snap', is: 'deleted' }],
  [285, 'index-meta-deleted', { file: 'index metadata', is: 'deleted' }],
  [298, 'shard-snap-deleted', { file: 'shard metadata', is: 'deleted' }],
  [311, 'data-garbage', { file: 'data', is: 'garbage', index: listView.name, shard: 1 }],
  [324, 'data-deleted', { file: 'data', is: 'deleted', index: listView.name, shard: 1 }],
  [337, 'data-truncated', { file: 'data', is: 'truncated', index: listView.name, shard: 1 }],
];

/** The same thirteen calls on a repository with two snapshots, after each damage to it. */
export const damaged = ({ path, options }: Engine): readonly Scene[] =>
  damages.map(([first, name, damage]) => {
    const step = (at: number, call: string): string => `${first + at}-cold-${name}-${call}`;
    return {
      // The ninth asks why shards are not allocated.
      exchanges: `${first}-${first + 7}, ${first + 9}-${first + 12}`,
      options,
      ask: searchEngine,
      rules: { reason: engineTextWithout(/read \[\d+\] but expected \[\d+\]/g, /(expected|actual)=[\da-f]+/g) },
      steps: {
        [step(0, 'put-repo')]: {
          before: all(
            onlyIndices(listView, process),
            registered('cold', `${path}/cold`),
            taken('cold', 'c1', 'operate-*'),
            taken('cold', 'c2', 'operate-*'),
            unregistered('cold'),
            ({ cluster }) => damage && cluster.searchEngine.damage(`${path}/cold`, damage),
          ),
        },
        [step(9, 'recovery')]: { rules: recoveries },
        [step(10, 'create')]: { before: without(/^z-/) },
      },
    };
  });
