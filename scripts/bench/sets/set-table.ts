import { spread } from '../measurement.ts';
import { markdown, ratio, seconds } from '../table.ts';
import { sides, type SetRun, type Side } from './compare.ts';
import type { Size } from './sizes.ts';

const head = ['What', 'By', 'Time', '/ SDK', 'Processor', 'Peak memory', 'Requests to the store', 'to others'];
const whoIs: Readonly<Record<Side, string>> = { product: 'camunda-backup', vendor: 'the SDK alone' };

/** One row for each of both and each of who does it, medians over the repetitions; the ratio is of the two runs of a round. */
export function setTable({ sets, megabytes }: Size, runs: readonly SetRun[]): string {
  const titles = { list: `list ${sets} sets`, deep: `read ${megabytes} MiB to the end` };
  const rows = (['list', 'deep'] as const).flatMap((what) =>
    sides.map((side) => {
      const same = runs.filter((run) => run.what === what && run.side === side);
      const others = runs.filter((run) => run.what === what && run.side === 'vendor');
      const median = (value: (run: SetRun) => number): number => spread(same.map(value)).median;
      return [
        titles[what],
        whoIs[side],
        seconds(median(({ ms }) => ms)),
        side === 'vendor' ? '' : ratio(same.map(({ ms }, round) => ms / (others[round]?.ms ?? Number.NaN))),
        seconds(median(({ cpuMs }) => cpuMs)),
        `${Math.round(median(({ peakBytes }) => peakBytes) / 1_048_576)} MiB`,
        String(median(({ storeRequests }) => storeRequests)),
        String(median(({ otherRequests }) => otherRequests)),
      ];
    }),
  );
  return markdown(head, rows);
}
