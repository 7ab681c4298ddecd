import type { SimulatedBroker, SimulatedCluster } from '../../../src/simulator/cluster.ts';

/** Brokers that are up and could not read the phase file of a replica: it was paused hard while it was paused softly, before a restart. */
export const unreadable = ({ brokers, phases }: SimulatedCluster): readonly SimulatedBroker[] =>
  brokers.filter(({ nodeId, up }) => up && phases().some((replica) => replica.broker === nodeId && !replica.up));

/** Stops each of them, deletes the file and starts it again, as docs/runbook.md tells an operator to. */
export async function repairPhaseFiles(cluster: SimulatedCluster): Promise<void> {
  for (const broker of unreadable(cluster)) {
    await broker.stop();
    broker.repairPhaseFiles();
    await broker.start();
  }
}
