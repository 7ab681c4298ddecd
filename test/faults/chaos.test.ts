import { expect, inject, test } from 'vitest';
import { runCampaign } from '../../scripts/chaos/campaign.ts';
import type { CaseResult } from '../../scripts/chaos/judging/case-result.ts';
import { casesOf, serverCasesOf } from '../../scripts/chaos/plan/cases.ts';
import { idleCasesOf } from '../../scripts/chaos/plan/idle-cases.ts';
import { makeReleases } from '../../scripts/chaos/world/releases.ts';
import { openWorld } from '../../scripts/chaos/world/world.ts';

/** The first of them: `npm run chaos` takes as many as there is time for. */
const [seed, clusters, cases, serverCases] = [1, 4, 16, 4];

test('backups under seeded faults break no promise: the short form of npm run chaos', async () => {
  const world = await openWorld(await makeReleases(inject('built')));
  const results: CaseResult[] = [];
  const broken: unknown[] = [];
  let begun = 0;
  try {
    await runCampaign(
      world,
      {
        seed,
        clusters,
        serverCases: serverCasesOf(seed).slice(0, serverCases),
        idleCases: idleCasesOf(seed),
        cases: casesOf(seed),
        goesOn: () => begun++ < cases,
      },
      (result) => results.push(result),
      (error) => broken.push(error),
    );
  } finally {
    await world.close();
  }
  expect(broken).toEqual([]);
  expect(
    results.flatMap(({ name, kind, blows, ends, violations, timeline }) =>
      violations.length === 0 ? [] : [{ name, kind, blows, ends, violations, timeline }],
    ),
  ).toEqual([]);
  const dealt = results.flatMap(({ blows }) => blows.filter((blow) => blow.dealt));
  expect(dealt.length).toBeGreaterThan(cases);
  expect(dealt.some(({ inPause }) => inPause)).toBe(true);
});
