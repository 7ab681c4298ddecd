import type { Clusters } from './control/clusters.ts';
import { controlRoutes } from './control/routes.ts';
import { clusterSection } from './cluster-section.ts';
import { InvalidInputError, RefusedError } from './errors.ts';
import { startListener } from './http/listener.ts';
import type { SimulatorOptions } from './options.ts';
import { startSimulator, type Simulator } from './simulator.ts';

/** Any number of simulated clusters in one process, and the port that controls them. */
export interface Simulation extends Clusters {
  /** Address of the control API. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SimulationOptions {
  /** By the names of the clusters. */
  readonly clusters?: Readonly<Record<string, SimulatorOptions>>;
  /** Of the control API; any that is free when absent. */
  readonly port?: number;
}

/** Starts the clusters and the control API, all on loopback. */
export async function startSimulation({ clusters = {}, port = 0 }: SimulationOptions = {}): Promise<Simulation> {
  const running = new Map<string, Simulator>();
  const starting = new Set<string>();

  const simulation: Omit<Simulation, 'url'> = {
    clusters: running,
    async add(name, options = {}) {
      checkName(name);
      if (running.has(name) || starting.has(name)) throw new RefusedError(`There is a cluster ${name} already`);
      starting.add(name);
      try {
        const simulator = await startSimulator(options, name);
        running.set(name, simulator);
        return simulator;
      } finally {
        starting.delete(name);
      }
    },
    async remove(name) {
      const simulator = running.get(name);
      if (!simulator) {
        throw new InvalidInputError([
          { where: 'name', value: name, allowed: [...running.keys()].join(', ') || 'none' },
        ]);
      }
      running.delete(name);
      await simulator.close();
    },
    clusterFile: () => ({
      clusters: Object.fromEntries([...running].map(([name, simulator]) => [name, clusterSection(simulator)])),
    }),
    async close() {
      await control.close();
      await Promise.all([...running.keys()].map(simulation.remove));
    },
  };
  const control = await startListener(controlRoutes(simulation).fetch, port);
  try {
    for (const [name, options] of Object.entries(clusters)) await simulation.add(name, options);
  } catch (error) {
    await simulation.close();
    throw error;
  }
  return { ...simulation, url: control.url };
}

/** As in a cluster file. */
function checkName(name: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return;
  const allowed = 'at most 63 lower-case letters, digits and -, the first no -';
  throw new InvalidInputError([{ where: 'name', value: name, allowed }]);
}
