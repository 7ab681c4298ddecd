import { afterAll, expect, test } from 'vitest';
import { plans } from './plans/index.ts';
import { isCalled } from './support/called.ts';
import { compareAnswers } from './support/compare.ts';
import { recordedFolders, recordingOf } from './support/recordings.ts';
import { replay, type FolderPlan, type Outcome } from './support/replay.ts';
import { report } from './support/report.ts';
import { spoiltForms } from './support/spoil.ts';

// Both tests of a folder look at one replay.
const played = new Map<string, Promise<readonly Outcome[]>>();
const outcomesOf = (plan: FolderPlan): Promise<readonly Outcome[]> => {
  const outcomes = played.get(plan.folder) ?? replay(plan, recordingOf(plan.folder));
  played.set(plan.folder, outcomes);
  return outcomes;
};

afterAll(async () => {
  const all = await Promise.allSettled(
    plans.map(async (plan) => ({ folder: plan.folder, outcomes: await outcomesOf(plan) })),
  );
  process.stdout.write(report(all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))));
});

test('every folder of recordings has a plan', () => {
  expect(plans.map(({ folder }) => folder).toSorted()).toEqual(recordedFolders());
});

test.concurrent.each(plans.filter(({ alone }) => !alone))(
  'the simulator answers as the real server of $folder did',
  async (plan) => {
    expect((await outcomesOf(plan)).flatMap(complaints)).toEqual([]);
  },
);

test.each(plans.filter(({ alone }) => alone))(
  'the simulator answers as the real server of $folder did, on its own',
  async (plan) => {
    expect((await outcomesOf(plan)).flatMap(complaints)).toEqual([]);
  },
);

// Not at the same time as the replays: it keeps the process busy.
test.each(plans)('a change of any one thing in an answer of $folder would be noticed', async (plan) => {
  const outcomes = await outcomesOf(plan);
  const compared = outcomes.filter((outcome) => outcome.kind === 'compared');

  const spoilt = compared.flatMap((outcome) =>
    spoiltForms(outcome.recorded, outcome.rules).map((form) => ({ ...form, outcome })),
  );
  const unnoticed = spoilt.filter(
    ({ outcome, answer }) => compareAnswers(answer, outcome.answered, outcome.rules).length === 0,
  );

  expect(spoilt.length).toBeGreaterThanOrEqual(compared.length);
  expect(unnoticed.map(({ outcome, how }) => `${outcome.exchange.name}: ${how}`)).toEqual([]);
});

function complaints(outcome: Outcome): readonly string[] {
  const { name, request } = outcome.exchange;
  if (outcome.kind === 'unplanned') return [`${name}: stands in ${outcome.times} scenes and groups instead of one`];
  if (outcome.kind === 'not comparable') {
    return request && outcome.group === 'not called' && isCalled(request)
      ? [`${name}: ${request.method} ${request.path} is called by a client of ours`]
      : [];
  }
  if (outcome.kind === 'sent only') return [];
  return outcome.differences.map(
    ({ at, recorded, answered }) =>
      `${name}: ${at} was ${JSON.stringify(recorded)}, the simulator answered ${JSON.stringify(answered)}`,
  );
}
