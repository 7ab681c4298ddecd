import { clusterFaults } from './cluster-faults.ts';
import type { ChaosFault } from './fault.ts';
import { processFaults } from './process-faults.ts';
import { strangerFaults } from './stranger-faults.ts';
import { temporalFaults } from './temporal-faults.ts';
import { wireFaults } from './wire-faults.ts';

export type { Arena, ChaosFault } from './fault.ts';

const faults: ReadonlyMap<string, ChaosFault> = new Map(
  Object.entries({ ...processFaults, ...temporalFaults, ...wireFaults, ...clusterFaults, ...strangerFaults }),
);

export type FaultName = string;

export const faultNames: readonly FaultName[] = [...faults.keys()];

export function faultOf(name: FaultName): ChaosFault {
  const found = faults.get(name);
  if (found === undefined) throw new TypeError(`there is no fault ${name}; there are: ${faultNames.join(', ')}`);
  return found;
}
