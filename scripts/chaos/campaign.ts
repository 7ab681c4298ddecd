import { runCase } from './cases/run-case.ts';
import { runIdleCase } from './cases/run-idle-case.ts';
import { idleResultOf, resultOf, type CaseResult } from './judging/case-result.ts';
import type { ChaosCase } from './plan/cases.ts';
import type { IdleCase } from './plan/idle-cases.ts';
import { kindsOfClusters } from './world/clusters.ts';
import { createServerKills } from './world/server-kills.ts';
import type { ChaosCluster, World } from './world/world.ts';

/** Cases in the order of their phases: a server that is killed is everybody's, so no other case runs beside those. */
export interface Campaign {
  readonly seed: number;
  readonly clusters: number;
  readonly serverCases: Iterable<ChaosCase>;
  readonly idleCases: Iterable<IdleCase>;
  /** May be without end. */
  readonly cases: Iterable<ChaosCase>;
  /** Whether another of these is begun. */
  readonly goesOn: () => boolean;
  /** Of the first cluster; the others follow. */
  readonly kind?: number;
}

/** Backups that one simulated cluster takes before a new one takes its place: what it holds grows with each. */
const casesPerCluster = 25;

/**
 * Runs every case on the clusters side by side and tells each result. A case that could not be run to its end is told as broken off, and
 * the others go on.
 */
export async function runCampaign(
  world: World,
  { seed, clusters, serverCases, idleCases, cases, goesOn, kind: firstKind = 0 }: Campaign,
  tell: (result: CaseResult) => void,
  brokenOff: (error: unknown, name: string) => void,
): Promise<void> {
  const { client } = world.server;
  const killServer = createServerKills(world.server);
  let added = 0;
  const addCluster = async (): Promise<Slot> => {
    const at = added;
    added += 1;
    const kind = (firstKind + at) % kindsOfClusters;
    return { cluster: await world.addCluster(`chaos-${at + 1}`, { kind, seed: seed * 1_000 + at }), taken: 0 };
  };
  const slots = await Promise.all(Array.from({ length: clusters }, addCluster));
  const replaceCluster = async (slot: Slot): Promise<void> => {
    await world.removeCluster(slot.cluster);
    Object.assign(slot, await addCluster());
  };
  const phase = async <C extends { readonly name: string }>(
    given: Iterable<C>,
    run: (slot: Slot, each: C) => Promise<CaseResult>,
    more = () => true,
  ): Promise<void> => {
    const waiting = given[Symbol.iterator]();
    await Promise.all(
      slots.map(async (slot) => {
        for (;;) {
          const next = more() ? waiting.next() : undefined;
          if (next === undefined || next.done === true) return;
          try {
            tell(await run(slot, next.value));
          } catch (error) {
            brokenOff(error, next.value.name);
            await replaceCluster(slot);
          }
        }
      }),
    );
  };
  const runOn = async ({ cluster }: Slot, each: ChaosCase): Promise<CaseResult> =>
    resultOf(await runCase({ client, cluster, killServer }, each));

  await phase(serverCases, runOn);
  await phase(idleCases, async ({ cluster }, each) => idleResultOf(await runIdleCase({ client, cluster }, each)));
  await phase(
    cases,
    async (slot, each) => {
      if (slot.taken === casesPerCluster) await replaceCluster(slot);
      slot.taken += 1;
      return runOn(slot, each);
    },
    goesOn,
  );
}

interface Slot {
  cluster: ChaosCluster;
  taken: number;
}
