import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import type { Scenario } from './scenarios.ts';

/** Three brokers, as in production: each of them is asked, so that fewer would make for fewer requests. */
const size = { brokers: 3, partitions: 3, optimize: true };

/** A cluster of the scenario's version whose parts take the scenario's times. */
export function startCluster({ version, durations }: Scenario): Promise<Simulator> {
  const { operate, tasklist, optimize, history } = durations.applications;
  const { recordsMs, zeebeMs } = durations;
  const applications = { operateMs: operate, tasklistMs: tasklist, optimizeMs: optimize, historyMs: history };
  return startSimulator({ ...size, version, durations: { ...applications, recordsMs, zeebeMs } });
}
