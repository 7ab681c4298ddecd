import { expect, test } from 'vitest';
import { clusterView, type View } from '../../../src/demo/cluster-view.ts';
import { createPhaseTeller } from '../../../src/demo/teller.ts';

type Phase = ReturnType<View['cluster']['phases']>[number]['phase'];

const replicas = (...phases: readonly (readonly Phase[])[]) =>
  phases.flatMap((own, broker) => own.map((phase, at) => ({ broker, partition: at + 1, phase, up: true })));

const position = (log: number, acknowledged: number) => ({
  partition: 1,
  leader: 0,
  log,
  written: log - 1,
  acknowledged,
  snapshotId: undefined,
});

function view(over: Partial<View> & { readonly phases?: View['cluster']['phases']; readonly since?: number }): string {
  const { phases = () => replicas(['EXPORTING']), since, ...rest } = over;
  const cluster = { positions: [position(1_500, 1_000)], phases, pausedSince: () => since };
  const whole = { nowMs: 10_000, cluster, steps: [], worker: 'process 1', fullBar: 1_000, ...rest };
  return clusterView(whole, (_, text) => text).join('\n');
}

test('a partition shows its positions and what of its log is kept', () => {
  expect(view({})).toContain('1               1,500       1,499         1,000  ████████████░░░░░░░░░░░░ 500');
});

test('the phases of a broker are told by partition where they differ, and for how long', () => {
  const phases = () => replicas(['SOFT_PAUSED', 'EXPORTING', 'SOFT_PAUSED'], ['EXPORTING', 'EXPORTING', 'EXPORTING']);

  const lines = view({ phases, since: 6_800 });

  expect(lines).toContain('broker 0   SOFT_PAUSED on partitions 1, 3 for 3.2 s; EXPORTING on partition 2\n');
  expect(lines).toContain('broker 1   EXPORTING on partitions 1, 2, 3\n');
});

test('a step shows what its wait sees', () => {
  const pending = { attempt: 1, seen: '3 of 6 parts SUCCESS', lost: undefined };

  expect(view({ steps: [{ title: 'Await Operate', sinceMs: 8_000, pending }] })).toContain(
    '2.0 s  Await Operate  3 of 6 parts SUCCESS',
  );
});

test('a step whose worker is gone says that it waits for one', () => {
  const pending = { attempt: 2, seen: 'IN_PROGRESS', lost: 'activity Heartbeat timeout' };

  expect(view({ steps: [{ title: 'Await Zeebe', sinceMs: 8_000, pending }] })).toContain(
    '2.0 s  Await Zeebe (attempt 2)  waits for a worker: activity Heartbeat timeout',
  );
});

test('a pause is told when it has reached every replica, and its end with its length', () => {
  let now = { phases: replicas(['EXPORTING', 'EXPORTING']), log: 100 };
  const pauses: { from: number; to: number | undefined }[] = [];
  const told: string[] = [];
  const look = createPhaseTeller(
    {
      phases: () => now.phases,
      pauses,
      get positions() {
        return [position(now.log, 0)];
      },
    },
    (text, atMs) => told.push(`${atMs} ${text}`),
  );

  look();
  pauses.push({ from: 1_000, to: undefined });
  now = { phases: replicas(['SOFT_PAUSED', 'EXPORTING']), log: 110 };
  look();
  now = { phases: replicas(['SOFT_PAUSED', 'SOFT_PAUSED']), log: 120 };
  look();
  pauses[0] = { from: 1_000, to: 4_500 };
  now = { phases: replicas(['EXPORTING', 'EXPORTING']), log: 1_620 };
  look();

  expect(told).toEqual([
    '1000 exporting is SOFT_PAUSED on all 2 replicas',
    '4500 exporting goes on, after 3.5 s, on all 2 replicas; the log grew by 1,500 records',
  ]);
});
