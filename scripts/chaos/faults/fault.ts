import type { Client } from '@temporalio/client';
import type { Fault } from '../../../src/simulator/index.ts';
import type { StepName } from '../plan/steps.ts';
import type { ServerDeath } from '../world/server-kills.ts';
import type { ChaosCluster } from '../world/world.ts';

/** What a fault can reach while one backup runs. */
export interface Arena {
  readonly cluster: ChaosCluster;
  readonly client: Client;
  /** Workflow ID of the backup that somebody started, and of the work under its lock. */
  readonly outerId: string;
  readonly lockId: string;
  /** Kills and restarts the server once for all who ask at about the same time. */
  readonly killServer: () => Promise<ServerDeath>;
  /** Resolves when the run that somebody started has closed. */
  readonly ended: Promise<unknown>;
  /** Starts another backup of the cluster, which is judged too. */
  startBackup(input: Readonly<Record<string, unknown>>): Promise<void>;
}

/** How a fault ends. */
export interface Aftermath {
  /** From the blow to `end`. */
  readonly lastsMs?: number;
  end?(): Promise<void> | void;
}

export interface Common {
  /** Where it makes sense; everywhere when absent. */
  readonly steps?: readonly StepName[];
  /** Whether every backup must complete that meets nothing else. */
  readonly survived?: true;
  /** Whether it ends the backup: nothing but the resume follows. */
  readonly ends?: true;
  /** Given to the run that somebody starts. */
  readonly executionTimeoutMs?: number;
}

/** Done to the cluster, the processes or the Workflows, while the call at that point is held. */
export interface Deed extends Common {
  readonly kind: 'deed';
  /** Throws where there is nothing to do it to. */
  deal(arena: Arena): Promise<Aftermath | void>;
}

/** Met by the calls themselves. */
export interface WireFault extends Common {
  readonly kind: 'wire';
  readonly fault: Fault;
  /** How many calls; for a while when absent. */
  readonly times?: number;
}

export type ChaosFault = Deed | WireFault;

export const deed = (deal: Deed['deal'], common: Common = {}): Deed => ({ kind: 'deed', deal, ...common });

export const stepsUpTo = (last: StepName, all: readonly { readonly name: StepName }[]): readonly StepName[] => {
  const names = all.map(({ name }) => name);
  return names.slice(0, names.indexOf(last) + 1);
};
