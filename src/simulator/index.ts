export type { SimulatedCluster } from './cluster.ts';
export { clusterSection } from './cluster-section.ts';
export { acts, perform, type ActName } from './control/acts.ts';
export type { CallMatch, Fault, FaultHandle } from './http/faults.ts';
export type { CallRecord } from './http/server.ts';
export type { Evidence } from './model/evidence.ts';
export type { SimulatorOptions } from './options.ts';
export { startSimulation, type Simulation } from './simulation.ts';
export { startSimulator, type Simulator } from './simulator.ts';
