import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, inject } from 'vitest';
import { runCampaign } from '../../scripts/chaos/campaign.ts';
import type { CaseResult } from '../../scripts/chaos/judging/case-result.ts';
import type { ViolationKind } from '../../scripts/chaos/judging/verdict.ts';
import type { Blow } from '../../scripts/chaos/plan/cases.ts';
import { openWorld } from '../../scripts/chaos/world/world.ts';
import { test } from '../support/side-by-side.ts';

/** What a compiled module says, and what it says where the promise is broken. */
interface Edit {
  readonly module: string;
  readonly find: string;
  readonly put: string;
}

interface Control {
  readonly promise: string;
  readonly broken: readonly Edit[];
  readonly blows: readonly Blow[];
  readonly seen: ViolationKind;
}

const anythingFits: readonly Edit[] = [
  {
    module: 'activities/check-fence.js',
    find: 'broken: [...unpaused, ...moved.filter(({ broken }) => broken).map(({ text }) => text)],',
    put: 'broken: [],',
  },
  { module: 'model/proof.js', find: 'return { holds: checks.every(', put: 'return { holds: true || checks.every(' },
];

const controls: readonly Control[] = [
  {
    promise: 'exporting is resumed',
    broken: [
      {
        module: 'clients/resume-exporting.js',
        find: 'export async function resumeUntilVerified(cluster, resume) {',
        put: 'export async function resumeUntilVerified() { return { resumedVerifiedAt: new Date().toISOString() };',
      },
    ],
    blows: [],
    seen: 'LEFT_PAUSED',
  },
  {
    promise: 'only a set that fits is called COMPLETED',
    broken: anythingFits,
    blows: [{ fault: 'stranger: deletes the record snapshot', step: 'AWAIT_ZEEBE', point: 'boundary' }],
    seen: 'FALSE_COMPLETED',
  },
  {
    promise: 'what stays is named',
    broken: [
      {
        module: 'activities/cleanup.js',
        find: 'leftBehind: [...leftBehind, ...unseen(',
        put: 'leftBehind: [...[], ...[].slice(',
      },
    ],
    blows: [{ fault: 'outer: cancel', step: 'AWAIT_ZEEBE', point: 'middle' }],
    seen: 'UNNAMED_ORPHAN',
  },
  {
    promise: 'a hard pause over ours is named',
    broken: [
      { module: 'activities/resume-exporting.js', find: "pauseKind === 'soft'", put: "pauseKind === 'neither'" },
      ...anythingFits,
    ],
    blows: [{ fault: 'stranger: hard pause', step: 'AWAIT_ZEEBE', point: 'boundary' }],
    seen: 'STRANGERS_PAUSE_LIFTED',
  },
];

test.each(controls)('the judge sees when it no longer holds that $promise', async ({ broken, blows, seen }) => {
  const folder = await mkdtemp(join(dirname(inject('built')), 'broken-'));
  try {
    await cp(inject('built'), folder, { recursive: true });
    for (const edit of broken) await apply(folder, edit);
    const [result] = await runOne(folder, blows);
    expect(result?.violations.map(({ kind }) => kind)).toContain(seen);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function apply(folder: string, { module, find, put }: Edit): Promise<void> {
  const path = join(folder, module);
  const text = await readFile(path, 'utf8');
  expect(text.split(find), `${module} is to say once: ${find}`).toHaveLength(2);
  await writeFile(
    path,
    text.replace(find, () => put),
  );
}

async function runOne(built: string, blows: readonly Blow[]): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const world = await openWorld({ present: built, next: built, bad: built });
  try {
    await runCampaign(
      world,
      {
        seed: 1,
        clusters: 1,
        serverCases: [{ seed: 1, name: '1', blows }],
        idleCases: [],
        cases: [],
        goesOn: () => false,
      },
      (result) => results.push(result),
      (error) => {
        throw error;
      },
    );
  } finally {
    await world.close();
  }
  return results;
}
