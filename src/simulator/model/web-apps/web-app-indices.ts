/** Operate and Tasklist up to 8.7; both as one, `webapps`, from 8.8 on. */
export type WebAppName = 'operate' | 'tasklist' | 'optimize' | 'webapps';

/** The indices of each part of a web application's backup; a real 8.6.0 has two parts without any. */
const separate = {
  operate: [
    ['operate-import-position-8.3.0_'],
    ['operate-list-view-8.3.0_'],
    [],
    [
      'operate-batch-operation-1.0.0_',
      'operate-decision-instance-8.3.0_',
      'operate-event-8.3.0_',
      'operate-flownode-instance-8.3.1_',
      'operate-incident-8.3.1_',
      'operate-job-8.6.0_',
      'operate-message-8.5.0_',
      'operate-operation-8.4.1_',
      'operate-post-importer-queue-8.3.0_',
      'operate-sequence-flow-8.3.0_',
      'operate-user-task-8.5.0_',
      'operate-variable-8.3.0_',
    ],
    [],
    [
      'operate-decision-8.3.0_',
      'operate-decision-requirements-8.3.0_',
      'operate-metric-8.3.0_',
      'operate-migration-steps-repository-1.1.0_',
      'operate-process-8.3.0_',
      'operate-user-1.2.0_',
      'operate-web-session-1.1.0_',
    ],
  ],
  tasklist: [
    ['tasklist-import-position-8.2.0_'],
    ['tasklist-list-view-8.6.0_', 'tasklist-task-8.5.0_'],
    [],
    [
      'tasklist-draft-task-variable-8.3.0_',
      'tasklist-flownode-instance-8.3.0_',
      'tasklist-process-instance-8.3.0_',
      'tasklist-task-variable-8.3.0_',
      'tasklist-variable-8.3.0_',
    ],
    [],
    [
      'tasklist-form-8.4.0_',
      'tasklist-metric-8.3.0_',
      'tasklist-migration-steps-repository-1.1.0_',
      'tasklist-process-8.4.0_',
      'tasklist-user-1.4.0_',
      'tasklist-web-session-1.1.0_',
    ],
  ],
  optimize: [
    ['optimize-import-index_v3', 'optimize-position-based-import-index_v3', 'optimize-timestamp-based-import-index_v5'],
    [
      'optimize-decision-definition_v5',
      'optimize-metadata_v3',
      'optimize-process-definition_v6',
      'optimize-process-instance-demo_v8',
    ],
  ],
} satisfies Readonly<Record<Exclude<WebAppName, 'webapps'>, readonly (readonly string[])[]>>;

export const indicesOfParts: Readonly<Record<WebAppName, readonly (readonly string[])[]>> = {
  ...separate,
  webapps: separate.operate.map((indices, part) => [...indices, ...(separate.tasklist[part] ?? [])]),
};

/** The index in which an application that imports keeps how far it has come. */
export const importPositionIndex: Readonly<Record<WebAppName, string | undefined>> = {
  operate: 'operate-import-position-8.3.0_',
  tasklist: 'tasklist-import-position-8.2.0_',
  optimize: 'optimize-position-based-import-index_v3',
  webapps: undefined,
};

/** The indices that hold what became of the records of these value types. */
export const effects: ReadonlyMap<string, readonly string[]> = new Map([
  ['operate-list-view-8.3.0_', ['PROCESS_INSTANCE']],
  ['operate-flownode-instance-8.3.1_', ['PROCESS_INSTANCE']],
  ['operate-job-8.6.0_', ['JOB']],
  ['operate-process-8.3.0_', ['PROCESS']],
  ['tasklist-process-instance-8.3.0_', ['PROCESS_INSTANCE']],
  ['tasklist-task-8.5.0_', ['JOB']],
  ['optimize-process-instance-demo_v8', ['PROCESS_INSTANCE']],
]);
