import type { WebAppName } from '../web-apps/web-app-indices.ts';

type Json = Readonly<Record<string, unknown>>;

/** Templates and policies by their names, as somebody put them. */
export interface Definitions {
  readonly indexTemplates: Map<string, Json>;
  readonly componentTemplates: Map<string, Json>;
  readonly legacyTemplates: Map<string, Json>;
  readonly policies: Map<string, Json>;
  /** What an application makes at its start. */
  addOfWebApp(app: WebAppName, indices: readonly string[]): void;
  /** What an exporter of records makes at its start. */
  addOfRecords(prefix: string, version: string): void;
}

/** Of Operate and Tasklist 8.6.0 these have a template, since their finished part goes to an index of its day. */
const archived =
  /^(operate-(list-view|batch-operation|decision-instance|event|flownode-instance|incident|job|message|operation|post-importer-queue|sequence-flow|user-task|variable)|tasklist-(draft-task-variable|list-view|task|task-variable))-\d/;

/** Value types of the templates that Zeebe 8.6.0 puts. */
const recordTypes = [
  'authorization command-distribution compensation-subscription decision decision-evaluation decision-requirements',
  'deployment deployment-distribution error escalation form incident job message message-correlation',
  'message-start-event-subscription message-subscription process process-instance process-instance-creation',
  'process-instance-migration process-instance-modification process-message-subscription resource-deletion signal',
  'signal-subscription timer user user-task variable variable-document',
].flatMap((names) => names.split(' '));

const settings = (shards: number, more: Json = {}) => ({
  settings: { index: { number_of_shards: String(shards), number_of_replicas: '0', ...more } },
});
const uncached = { queries: { cache: { enabled: 'false' } } };
const strict = { mappings: { dynamic: 'strict' } };

export function createDefinitions(): Definitions {
  const indexTemplates = new Map<string, Json>();
  const componentTemplates = new Map<string, Json>();
  return {
    indexTemplates,
    componentTemplates,
    legacyTemplates: new Map(),
    policies: new Map(),
    addOfWebApp(app, indices) {
      const shared = app === 'webapps' ? (['operate', 'tasklist'] as const) : [app];
      for (const name of shared) {
        if (name !== 'optimize') componentTemplates.set(`${name}_template`, { template: settings(1) });
      }
      for (const index of indices.filter((each) => archived.test(each))) {
        indexTemplates.set(`${index}template`, {
          index_patterns: [`${index}*`],
          template: { ...settings(1), ...strict, aliases: { [`${index}alias`]: {} } },
          composed_of: [`${index.split('-')[0]}_template`],
        });
      }
    },
    addOfRecords(prefix, version) {
      componentTemplates.set(prefix, { template: { ...settings(1, uncached), ...strict }, version: 1 });
      for (const type of recordTypes) {
        const shards = ['process-instance', 'job', 'user-task'].includes(type) ? 3 : 1;
        indexTemplates.set(`${prefix}_${type}_${version}`, {
          index_patterns: [`${prefix}_${type}_${version}_*`],
          template: { ...settings(shards, uncached), mappings: {}, aliases: { [`${prefix}-${type}`]: {} } },
          composed_of: [prefix],
          priority: 20,
          version: 1,
        });
      }
    },
  };
}
