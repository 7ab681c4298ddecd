import { all, onlyIndices, registered, snapshotEnded } from '../../support/engine-states.ts';
import type { Scene } from '../../support/replay.ts';
import { listView, process, searchEngine, type Engine } from './engine.ts';

/** Odd names, bodies and parameters. */
export const misc = ({ path, options }: Engine): Scene => ({
  exchanges: '350-356, 360-365',
  options,
  ask: searchEngine,
  steps: {
    '350-misc-create-master-timeout-0': {
      before: all(onlyIndices(listView, process), registered('cold', `${path}/cold`)),
    },
    '355-misc-create-global': { before: snapshotEnded('m3') },
    '364-misc-get-camunda-wildcard': { before: snapshotEnded('a'.repeat(256)) },
  },
});
