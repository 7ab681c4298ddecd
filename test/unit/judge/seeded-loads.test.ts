import { expect, test } from 'vitest';
import { searchEngineRoutes } from '../../../src/simulator/http/search-engine-routes.ts';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel, type ClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { createRandom } from '../../../src/simulator/model/log/instances.ts';
import type { WebAppName } from '../../../src/simulator/model/web-apps/web-app-indices.ts';
import { simulatorSettings } from '../../../src/simulator/options.ts';
import { judge, words, type Verdict } from '../../../src/judge/index.ts';

const backupId = 7;
const seeds = Array.from({ length: 100 }, (_, at) => at + 1);

/** Each has thousands of records to make; a busy machine takes its time. */
const timeout = 60_000;

interface Run {
  /** Positions at the end, all partitions together. */
  readonly records: number;
  readonly verdict: Verdict;
}

test(
  '100 backups under random loads, shapes, broker snapshots, batches and leader changes are consistent',
  { timeout },
  async () => {
    const runs = await Promise.all(seeds.map((seed) => backUp(seed, true)));

    expect(runs.map(({ verdict }) => words(verdict)).filter((said) => !said.startsWith('consistent: '))).toEqual([]);
    const records = runs.map((run) => run.records);
    process.stdout.write(`100 backups consistent; ${Math.min(...records)} to ${Math.max(...records)} records each\n`);
  },
);

test('without a pause they are found inconsistent', { timeout }, async () => {
  const runs = await Promise.all(seeds.slice(0, 30).map((seed) => backUp(seed, false)));

  expect(runs.filter(({ verdict }) => verdict.consistent)).toEqual([]);
});

/** A backup in the order of its version; without a pause every broker takes a snapshot before Zeebe's turn. */
async function backUp(seed: number, pause: boolean): Promise<Run> {
  const random = createRandom(seed);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const camunda88 = random() < 0.4;
  const brokers = random() < 0.5 ? 1 : 3;
  const clock = createManualClock();
  const model = createClusterModel(
    'seeded',
    simulatorSettings({
      seed,
      version: camunda88 ? '8.8.0' : '8.6.0',
      optimize: random() < 0.5,
      brokers,
      partitions: between(1, 3),
      recordsPerSecond: between(5, 60),
      openInstances: between(2, 80),
      initialRecords: between(10, 500),
      partDurationMs: between(50, 900),
      snapshotPeriodMs: between(500, 20_000),
      positionDistributionMs: between(100, 3_000),
      exportDelayMs: between(0, 2_000),
      recordSnapshotDurationMs: between(50, 3_000),
      zeebeBackupDurationMs: between(100, 4_000),
    }),
    clock,
  );
  const engine = engineOf(model);
  await engine('PUT', '/_snapshot/camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
  const load = (): void => {
    for (let moments = between(1, 4); moments > 0; moments--) {
      clock.advance(between(200, 4_000));
      model.advance();
      if (brokers > 1 && random() < 0.3) changeLeader(model, between(0, 2));
      if (random() < 0.3) model.zeebe.takeSnapshots();
    }
  };
  const setPhase = (phase: 'SOFT_PAUSED' | 'EXPORTING'): void => {
    const problem = pause ? model.zeebe.exporting.setPhase(phase, { stale: false }) : undefined;
    if (problem !== undefined) throw new Error(`seed ${seed}: ${problem}`);
  };

  load();
  if (camunda88) setPhase('SOFT_PAUSED');
  for (const app of model.webApps.keys()) {
    takeApplication(model, app, () => clock.advance(between(10, 300)));
    load();
  }
  if (!camunda88) setPhase('SOFT_PAUSED');
  load();
  await takeRecords(engine, () => clock.advance(between(10, 300)));
  load();
  if (!pause) {
    clock.advance(5_000);
    model.zeebe.takeSnapshots();
  }
  // A leader change would cancel the backup: from here on there is none.
  expect(model.zeebe.backups.take(backupId)).toEqual({ taken: true });
  for (let waits = 0; model.zeebe.backups.get(backupId)?.state !== 'COMPLETED'; waits++) {
    if (waits > 1_000) throw new Error(`seed ${seed}: the Zeebe backup does not end`);
    clock.advance(50);
  }
  setPhase('EXPORTING');
  load();

  const evidence = model.evidence();
  const records = evidence.logs.reduce((sum, log) => sum + log.records.length, 0);
  return { records, verdict: judge(evidence, { backupId }) };
}

function changeLeader(model: ClusterModel, nodeId: number): void {
  const partition = model.zeebe.partitions[nodeId % model.zeebe.partitions.length];
  if (partition && partition.leader?.nodeId !== nodeId) model.zeebe.brokers.changeLeader(partition.id, nodeId);
}

function takeApplication(model: ClusterModel, name: WebAppName, pass: () => void): void {
  const app = model.webApps.get(name);
  expect(app?.take(backupId)).toHaveProperty('scheduled');
  while (app?.get(backupId)?.state !== 'COMPLETED') pass();
}

type Engine = (method: string, path: string, body?: unknown) => Promise<string>;

/** The search engine's API without a socket: time stands still between two calls. */
function engineOf(model: ClusterModel): Engine {
  const routes = searchEngineRoutes(model);
  return async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await routes.fetch(new Request(`http://engine${path}`, init));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text;
  };
}

async function takeRecords(engine: Engine, pass: () => void): Promise<void> {
  const path = `/_snapshot/camunda/camunda_zeebe_records_backup_${backupId}`;
  await engine('PUT', path, { indices: 'zeebe-record_*' });
  while (!(await engine('GET', path)).includes('"SUCCESS"')) pass();
}
