export type { SimulatedCluster } from './cluster.ts';
export { clusterSection } from './cluster-section.ts';
export { acts, perform } from './control/acts.ts';
export type { Fault } from './http/faults.ts';
export type { Damage } from './model/search-engine/damage.ts';
export type { Evidence } from './model/evidence.ts';
export type { SimulatorOptions } from './options.ts';
export { startSimulation, type Simulation } from './simulation.ts';
export { startSimulator, type Simulator } from './simulator.ts';
