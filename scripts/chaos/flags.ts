import { parseArgs } from 'node:util';
import { readNumber, UsageError } from '../usage.ts';
import { idleCasesOf } from './plan/idle-cases.ts';
import { serverCasesOf } from './plan/cases.ts';
import { kindsOfClusters } from './world/clusters.ts';

export const usage = `Usage: npm run chaos -- [--seed S] [--clusters N] [--minutes M] [--case NAME [--kind K]] [--lacking N] [--tables]

  --seed S       decides which fault falls on which step of which backup. Default 1.
  --clusters N   simulated clusters, each with a worker process of its own, 1 to 32. Default 8.
  --minutes M    how long new backups are begun, 1 to 600. Default 5. The cases in which the Temporal server dies, and
                 those of idle clusters, come first and all are taken.
  --lacking N    takes only cases of faults at steps which they met less than N times in all runs so far, and ends when
                 there are none.
  --case NAME    only this one of the seed, as a violation names it: 17, server-3 or idle-2.
  --kind K       on a cluster of this kind, 0 to ${kindsOfClusters - 1}; a violation names it, too. Default 0.
  --tables       runs nothing; prints the tables of all runs so far, whose results lie in artifacts/chaos/results.`;

export interface Flags {
  readonly seed: number;
  readonly clusters: number;
  readonly minutes: number;
  readonly only?: { readonly name: string; readonly kind: number };
  /** The fewest hits per cell that are wanted. */
  readonly lacking?: number;
  readonly tables: boolean;
}

export function readFlags(args: readonly string[]): Flags {
  const { seed: seedText, clusters, minutes, case: name, kind, lacking, tables } = parse(args);
  const seed = readNumber('--seed', seedText, 1, 1_000_000);
  if (name === undefined && kind !== undefined) throw new UsageError(`--kind is "${kind}"; it is only for --case`);
  if (name !== undefined) refuseUnknown(name, seed);
  return {
    seed,
    clusters: readNumber('--clusters', clusters, 1, 32),
    minutes: readNumber('--minutes', minutes, 1, 600),
    ...(name === undefined ? {} : { only: { name, kind: readNumber('--kind', kind ?? '0', 0, kindsOfClusters - 1) } }),
    ...(lacking === undefined ? {} : { lacking: readNumber('--lacking', lacking, 1, 1_000) }),
    tables,
  };
}

function refuseUnknown(name: string, seed: number): void {
  const special = [...serverCasesOf(seed), ...idleCasesOf(seed)].map((each) => each.name);
  if (/^[1-9]\d{0,5}$/.test(name) || special.includes(name)) return;
  throw new UsageError(`--case is "${name}"; allowed: a whole number from 1 to 999999, ${special.join(', ')}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        clusters: { type: 'string', default: '8' },
        minutes: { type: 'string', default: '5' },
        case: { type: 'string' },
        kind: { type: 'string' },
        lacking: { type: 'string' },
        tables: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
