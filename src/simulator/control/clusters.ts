import type { clusterSection } from '../cluster-section.ts';
import type { SimulatorOptions } from '../options.ts';
import type { Simulator } from '../simulator.ts';

/** Simulated clusters by their names. */
export interface Clusters {
  readonly clusters: ReadonlyMap<string, Simulator>;
  add(name: string, options?: SimulatorOptions): Promise<Simulator>;
  remove(name: string): Promise<void>;
  /** What a worker's cluster file says about all of them. */
  clusterFile(): { readonly clusters: Readonly<Record<string, ReturnType<typeof clusterSection>>> };
}
