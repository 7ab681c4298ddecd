import { judge, words, type Evidence, type Verdict } from '../../../src/judge/index.ts';
import type { CapturedIndex, CapturedPartition, TrueLog, TrueRecord } from '../../../src/judge/schema.ts';

/** A cluster with one backup, as literal data: each test changes one thing in it. */
export interface Scene {
  readonly applications: 'import' | 'are-exported-to';
  readonly exporters: Evidence['exporters'];
  readonly logs: readonly TrueLog[];
  readonly zeebe: readonly CapturedPartition[];
  readonly records: readonly CapturedIndex[];
  /** Parts by application, each part with its indices. */
  readonly parts: Readonly<Record<string, readonly (readonly CapturedIndex[])[]>>;
}

export type AnyChange = Evidence['changes'][number] & Readonly<Record<string, unknown>>;

export const backupId = 12;
export const recordSnapshot = `camunda_zeebe_records_backup_${backupId}`;
export const partName = (
  application: string,
  number: number,
  count: number,
  id = backupId,
  version = '8.6.0',
): string => `camunda_${application}_${id}_${version}_part_${number}_of_${count}`;

const valueTypes = ['PROCESS', 'DEPLOYMENT', 'PROCESS_INSTANCE_CREATION', 'PROCESS_INSTANCE', 'JOB'];

const starting = [
  ['COMMAND', 'PROCESS_INSTANCE_CREATION', 'CREATE'],
  ['EVENT', 'PROCESS_INSTANCE_CREATION', 'CREATED'],
  ['EVENT', 'PROCESS_INSTANCE', 'ELEMENT_ACTIVATED'],
  ['EVENT', 'JOB', 'CREATED'],
] as const;
const ending = [
  ['COMMAND', 'JOB', 'COMPLETE'],
  ['EVENT', 'JOB', 'COMPLETED'],
  ['EVENT', 'PROCESS_INSTANCE', 'ELEMENT_COMPLETED'],
] as const;

/**
 * Positions 1 and 2 deploy; then instance after instance starts, and from the fourth on the one three before ends after
 * each start. The checkpoint stands at its position, and everything else moves up behind it.
 */
export function records(head: number, checkpoint: number): readonly TrueRecord[] {
  const plan: [TrueRecord['recordType'], string, string, number][] = [
    ['EVENT', 'PROCESS', 'CREATED', 0],
    ['EVENT', 'DEPLOYMENT', 'CREATED', 0],
  ];
  for (let instance = 1; plan.length < head; instance++) {
    plan.push(...starting.map((kind): (typeof plan)[number] => [...kind, instance]));
    if (instance > 3) plan.push(...ending.map((kind): (typeof plan)[number] => [...kind, instance - 3]));
  }
  plan.splice(checkpoint - 1, 0, ['COMMAND', 'CHECKPOINT', 'CREATE', 0]);
  return plan.slice(0, head).map(([recordType, valueType, intent, instance], at) => ({
    position: at + 1,
    recordType,
    valueType,
    intent,
    instance,
    exported: recordType === 'EVENT',
  }));
}

export const held = (
  from: number,
  to: number,
  line = 1,
  partitions: readonly number[] = [1, 2],
): CapturedIndex['records'] => partitions.map((partition) => ({ partition, line, from, to }));

export const index = (
  name: string,
  valueTypes: readonly string[],
  ofRecords: CapturedIndex['records'] = [],
): CapturedIndex => ({
  index: name,
  valueTypes,
  records: ofRecords,
  importPositions: [],
});

/** Every kind of record has been imported up to the same position. */
export const importedTo = (
  position: number,
  partitions: readonly number[] = [1, 2],
): CapturedIndex['importPositions'] =>
  partitions.flatMap((partition) => valueTypes.map((valueType) => ({ partition, valueType, position })));

const imported = (name: string, position: number): CapturedIndex => ({
  ...index(name, []),
  importPositions: importedTo(position),
});

export const recordIndex = (valueType: string): string =>
  `zeebe-record_${valueType.toLowerCase().replaceAll('_', '-')}_8.6.0_2026-11-21`;

/**
 * Two partitions with 60 records. Operate's import positions were captured at 20, its indices at 22 and 24; Tasklist's
 * at 18 and 21; the record indices at 30. The exporter goes on at 29, the checkpoint is 40.
 */
export const goodScene: Scene = {
  applications: 'import',
  exporters: { records: 'elasticsearch', applications: null },
  logs: [1, 2].map((partition) => ({ partition, line: 1, forkedFrom: null, records: records(60, 40) })),
  zeebe: [1, 2].map((partition) => ({
    partition,
    line: 1,
    checkpoint: 40,
    logFrom: 10,
    processed: 26,
    exported: { elasticsearch: 28 },
  })),
  records: valueTypes.map((valueType) => index(recordIndex(valueType), [valueType], held(1, 30))),
  parts: {
    operate: [
      [imported('operate-import-position-8.3.0_', 20)],
      [index('operate-list-view-8.3.0_', ['PROCESS_INSTANCE'], held(1, 22))],
      [index('operate-job-8.6.0_', ['JOB'], held(1, 24)), index('operate-user-1.2.0_', [])],
    ],
    tasklist: [
      [imported('tasklist-import-position-8.2.0_', 18)],
      [index('tasklist-task-8.5.0_', ['JOB'], held(1, 21))],
    ],
  },
};

/** The same cluster from 8.8 on: an exporter writes the applications' indices, and nobody wants the records. */
export const exportedScene: Scene = {
  ...goodScene,
  applications: 'are-exported-to',
  exporters: { records: null, applications: 'camundaexporter' },
  zeebe: goodScene.zeebe.map((each) => ({ ...each, exported: { camundaexporter: 28 } })),
  records: [],
  parts: {
    webapps: [
      [index('operate-list-view-8.3.0_', ['PROCESS_INSTANCE'], held(1, 30))],
      [index('tasklist-task-8.5.0_', ['JOB'], held(1, 32))],
    ],
  },
};

export const withZeebe = (
  scene: Scene,
  change: Partial<CapturedPartition>,
  partitions: readonly number[] = [1, 2],
): Scene => ({
  ...scene,
  zeebe: scene.zeebe.map((each) => (partitions.includes(each.partition) ? { ...each, ...change } : each)),
});

/** Changes what was captured of one index, or of every index whose name begins so. */
export function withIndex(scene: Scene, name: string, change: Partial<CapturedIndex>): Scene {
  const changed = (each: CapturedIndex): CapturedIndex => (each.index.startsWith(name) ? { ...each, ...change } : each);
  return {
    ...scene,
    records: scene.records.map(changed),
    parts: Object.fromEntries(
      Object.entries(scene.parts).map(([application, parts]) => [application, parts.map((each) => each.map(changed))]),
    ),
  };
}

export function snapshotChanges(
  snapshot: string,
  captured: readonly CapturedIndex[],
  state: 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'VANISHED' = 'SUCCESS',
  uuid = `uuid-of-${snapshot}`,
  repository = 'camunda',
): readonly AnyChange[] {
  const named = { at: 0, repository, snapshot, uuid };
  return [
    { type: 'snapshot-started', ...named },
    { type: 'snapshot-ended', ...named, state, captured },
  ];
}

export const zeebeChanges = (
  zeebe: readonly CapturedPartition[],
  id = backupId,
  node = 0,
  state: 'COMPLETED' | 'FAILED' = 'COMPLETED',
): readonly AnyChange[] => [
  ...zeebe.map((captured) => ({ at: 0, type: 'zeebe-backup-taken', backupId: id, node, captured })),
  ...zeebe.map(({ partition }) => ({ at: 0, type: 'zeebe-backup-ended', backupId: id, partition, node, state })),
];

/** Every part in the order of a good backup. */
export const changesOf = ({ parts, records: ofRecords, zeebe }: Scene, id = backupId): readonly AnyChange[] => [
  ...Object.entries(parts).flatMap(([application, each]) =>
    each.flatMap((captured, at) => snapshotChanges(partName(application, at + 1, each.length, id), captured)),
  ),
  ...(ofRecords.length > 0 ? snapshotChanges(`camunda_zeebe_records_backup_${id}`, ofRecords) : []),
  ...zeebeChanges(zeebe, id),
];

export const evidenceOf = (scene: Scene, changes: readonly AnyChange[] = changesOf(scene)): Evidence => ({
  applications: scene.applications,
  exporters: scene.exporters,
  partitions: 2,
  indices: Object.entries(scene.parts).flatMap(([application, parts]) =>
    parts.flat().map((each) => ({ application, index: each.index })),
  ),
  damaged: { zeebe: [], snapshots: [] },
  logs: scene.logs,
  changes: [{ type: 'leader' }, ...changes],
});

export const judged = (scene: Scene, changes?: readonly AnyChange[]): Verdict =>
  judge(evidenceOf(scene, changes), { backupId });

/** "consistent", or the words: what a failing test should show. */
export const said = (verdict: Verdict): string => (verdict.consistent ? 'consistent' : words(verdict));
