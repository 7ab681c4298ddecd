import { expect, test } from 'vitest';
import type { SetSummary } from '../../../src/model/sets/results.ts';
import { createRandom } from '../../../src/simulator/model/log/instances.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { agree } from '../../support/sets/agree.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet, type TakeSet } from '../../support/sets/take-set.ts';

const clusters = 100;
const setsEach = 5;
const seeds = Array.from({ length: clusters }, (_, at) => at + 1);

/** A worker and a judge share one thread, and a busy machine takes its time. */
const timeout = 180_000;

test(
  `${clusters * setsEach} generated good sets are PROVEN, or COMPLETE where nobody recorded them, and the judge agrees`,
  { timeout },
  async () => {
    const all = [];
    for (const seed of seeds) all.push(...(await takeSets(seed)));

    expect(all.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
    expect(all.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(all.filter(({ verdict, faults }) => !agree(verdict, faults))).toEqual([]);
    expect(all).toHaveLength(clusters * setsEach);
    const proven = all.filter(({ verdict }) => verdict === 'PROVEN').length;
    process.stdout.write(
      `${all.length} good sets, ${proven} of them PROVEN and ${all.length - proven} COMPLETE, without a false alarm; ` +
        `${all.filter(({ needed }) => needed).length} had a broker snapshot between records and Zeebe\n`,
    );
    expect(proven).toBeGreaterThan(all.length / 2);
  },
);

interface Judged extends Pick<SetSummary, 'backupId' | 'verdict' | 'codes' | 'says'> {
  readonly seed: number;
  readonly expected: string;
  readonly faults: readonly string[];
  readonly needed: boolean;
}

async function takeSets(seed: number): Promise<readonly Judged[]> {
  const random = createRandom(seed);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const options = anyCluster(seed, random, between);
  const w = createSetWorld(options);
  const made = new Map<number, { readonly expected: string; readonly needed: boolean }>();
  const first = between(1, 9);
  // They rise, begin alike, and two are above 2^31.
  const ids = [first, first * 10 + 2, first * 100 + 23, 2_200_000_000 + first, (2_200_000_000 + first) * 10 + 1];
  for (const id of ids.slice(0, setsEach)) {
    const noExporter = options.exporters?.length === 0;
    const unrecorded = random() < 0.2;
    const gatewayOnly = !unrecorded && random() < 0.15;
    const needed = random() < 0.5;
    await takeSet(w, id, {
      before: (world) => {
        ahead(random, between)(world);
        // Without a record only a broker's snapshot tells that there is no exporter, and no record to miss.
        if (noExporter) world.model.zeebe.takeSnapshots();
      },
      inPause: moments(between),
      afterRecords: (world) => {
        if (needed) {
          moments(between)(world);
          world.model.zeebe.takeSnapshots();
        }
        // A leader change beside a running backup would cancel it; this one takes the part once more.
        if ((options.brokers ?? 1) > 1 && random() < 0.2) {
          world.model.zeebe.backups.decideNext({ ends: 'TAKEN_TWICE', partitionId: 1 });
        }
      },
      resumed: moments(between),
      gatewayOnly,
      record: unrecorded ? 'none' : 'written',
    } satisfies TakeSet);
    made.set(id, { expected: unrecorded || (gatewayOnly && !noExporter) ? 'COMPLETE' : 'PROVEN', needed });
  }
  const { sets } = await w.list();
  return sets.map(({ backupId, verdict, codes, says }) => ({
    seed,
    backupId,
    verdict,
    codes,
    ...(says === undefined ? {} : { says }),
    faults: w.faults(backupId).map(({ sentence }) => sentence),
    ...(made.get(backupId) ?? { expected: 'no such set', needed: false }),
  }));
}

type Between = (low: number, high: number) => number;

const moments =
  (between: Between) =>
  ({ clock, model }: SetWorld): void => {
    for (let count = between(1, 3); count > 0; count--) {
      clock.advance(between(100, 2_000));
      model.advance();
    }
  };

const ahead =
  (random: () => number, between: Between) =>
  (w: SetWorld): void => {
    moments(between)(w);
    const { zeebe, settings } = w.model;
    if (settings.brokers > 1 && random() < 0.3) zeebe.brokers.changeLeader(between(1, settings.partitions));
    if (random() < 0.6) zeebe.takeSnapshots();
    moments(between)(w);
  };

function anyCluster(seed: number, random: () => number, between: Between): SimulatorOptions {
  const versions = ['8.5.8', '8.6.0', '8.6.14', '8.7.2', '8.8.0', '8.8.3'];
  const brokers = random() < 0.5 ? 1 : 3;
  const openSearch = random() < 0.3;
  return {
    seed,
    version: versions[between(0, versions.length - 1)] ?? '8.6.0',
    brokers,
    partitions: between(1, 3),
    optimize: random() < 0.4,
    recordsPerSecond: between(5, 40),
    openInstances: between(2, 40),
    initialRecords: between(5, 100),
    snapshotPeriodMs: between(500, 20_000),
    positionDistributionMs: between(100, 3_000),
    exportDelayMs: between(0, 1_000),
    partDurationMs: between(10, 300),
    recordSnapshotDurationMs: between(20, 1_000),
    zeebeBackupDurationMs: between(50, 2_000),
    ...(openSearch ? { searchEngine: { product: 'opensearch', version: '2.19.3' } } : {}),
    ...(random() < 0.06 ? { exporters: [] } : {}),
  };
}
