import { afterAll, expect, test } from 'vitest';
import { plans } from './plans/index.ts';
import { isCalled } from './support/called.ts';
import { recordedFolders, recordingOf } from './support/recordings.ts';
import { replay, type Outcome } from './support/replay.ts';
import { report, type FolderOutcomes } from './support/report.ts';

const played: FolderOutcomes[] = [];

afterAll(() => {
  const order = plans.map(({ folder }) => folder);
  process.stdout.write(
    report(played.toSorted((one, other) => order.indexOf(one.folder) - order.indexOf(other.folder))),
  );
});

test('every folder of recordings has a plan', () => {
  expect(plans.map(({ folder }) => folder).toSorted()).toEqual(recordedFolders());
});

test.concurrent.each(plans)('the simulator answers as the real server of $folder did', async (plan) => {
  const outcomes = await replay(plan, recordingOf(plan.folder));
  played.push({ folder: plan.folder, outcomes });

  expect(outcomes.flatMap(complaints)).toEqual([]);
});

function complaints(outcome: Outcome): readonly string[] {
  const { name, request } = outcome.exchange;
  if (outcome.kind === 'unplanned') return [`${name}: stands in ${outcome.times} scenes and groups instead of one`];
  if (outcome.kind === 'not comparable') {
    const wrong = outcome.group === 'not called' && isCalled(request);
    return wrong ? [`${name}: ${request.method} ${request.path} is called by a client of ours`] : [];
  }
  if (outcome.kind === 'sent only') return [];
  return outcome.differences.map(
    ({ at, recorded, answered }) =>
      `${name}: ${at} was ${JSON.stringify(recorded)}, the simulator answered ${JSON.stringify(answered)}`,
  );
}
