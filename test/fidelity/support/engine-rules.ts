import { isObject, type Rule, type Rules } from './compare.ts';
import { count, engineUuid, equalIn, inAnyOrder, instant, kind, matching } from './rules.ts';

/** The rule for texts; anything else is compared part by part. */
const ofTexts = (rule: Rule): Rule => ({
  name: rule.name,
  differences: (recorded, answered, at, compare) =>
    typeof recorded === 'string' ? rule.differences(recorded, answered, at, compare) : compare(recorded, answered, at),
});

/** A text of the engines: equal apart from UUIDs, addresses and what the node is called. */
export const engineText = ofTexts(equalIn('engine text', withoutIdentities));

/** The same, apart from what matches too. */
export const engineTextWithout = (...patterns: readonly RegExp[]): Rule =>
  ofTexts(
    equalIn(`engine text without ${patterns.join(', ')}`, (value) =>
      patterns.reduce<unknown>(
        (left, pattern) => (typeof left === 'string' ? left.replaceAll(pattern, '…') : left),
        withoutIdentities(value),
      ),
    ),
  );

function withoutIdentities(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    .replaceAll(/\[(es-\d+|os-\d+|simulated-0)\]/g, '[<node>]')
    .replaceAll(/\b(snap|meta|tests)-[\w-]{20,22}/g, '$1-<id>')
    .replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, '<uuid>')
    .replaceAll(/\/srv\/(es|os)-repo/g, '/srv/<repositories>');
}

/** Digits as text, as every cell of `_cat` is. */
export const digits = matching('digits', /^\d+$/);
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const name = kind('name', isName);
const percent = matching('percent', /^\d+\.\d%$/);
/** With a unit, or in bytes; null where no shard can tell. */
const size = equalIn('size', (value) =>
  typeof value === 'string' && /^\d+(\.\d)?([kmg]?b)?$/.test(value) ? 'size' : value,
);
/** UUID of an index, which OpenSearch sometimes replaces by its name. */
const indexUuid = equalIn('index uuid', (value) =>
  typeof value === 'string' && /^[\w-]{22}$/.test(value) ? 'uuid' : value,
);
/** 0 stands for "not yet". */
const time = equalIn('time', (value) => (Number(value) > 1e12 ? 'some time' : value));
const endTime: Rule = {
  name: 'end time',
  differences: (recorded, answered, at, compare) =>
    [recorded, answered].includes('1970-01-01T00:00:00.000Z')
      ? equalIn('end time', (value) => value).differences(recorded, answered, at, compare)
      : instant.differences(recorded, answered, at, compare),
};
/** By the IDs of the nodes. */
const nodes = equalIn('nodes', (value) =>
  isObject(value)
    ? JSON.stringify(Object.values(value).map((node) => isObject(node) && [Object.keys(node), isName(node['name'])]))
    : value,
);
/** Of a node that a shard is on; null when it is on none. */
const node = equalIn('node', (value) => (isName(value) ? 'a node' : value));

/** What may differ between two answers of the same search engine. */
export const engineRules: Rules = {
  name,
  cluster_name: name,
  cluster_uuid: engineUuid,
  nodes,
  node,
  'target.id': name,
  transport_address: name,
  uuid: engineUuid,
  restoreUUID: engineUuid,
  index_uuid: indexUuid,
  reason: engineText,
  // `{now/d}` in a name is the day of the call.
  snapshot: ofTexts(
    equalIn('snapshot name', (value) =>
      typeof value === 'string' ? value.replace(/^s-\d{4}\.\d\d\.\d\d$/, 's-<day>') : value,
    ),
  ),
  start_time: instant,
  end_time: endTime,
  start_time_in_millis: time,
  end_time_in_millis: time,
  stop_time_in_millis: time,
  duration_in_millis: count,
  time_in_millis: count,
  total_time_in_millis: count,
  number_of_pending_tasks: count,
  task_max_waiting_in_queue_millis: count,
  file_count: count,
  size_in_bytes: count,
  total_in_bytes: count,
  recovered_in_bytes: count,
  'files.total': count,
  'files.recovered': count,
  percent,
  // Sets, in the order of some hash table.
  indices: inAnyOrder(''),
  'recovery.shards': inAnyOrder('id'),
  failures: inAnyOrder('shard_id'),
};

/** Recoveries by index: an object whose keys are names of indices. */
export const recoveries: Rules = { shards: inAnyOrder('id'), 'index.files.percent': percent };

/** Rows of `_cat/indices`. */
export const indexRows: Rules = { body: inAnyOrder('index'), 'store.size': size, 'dataset.size': size };

/** Rows of `_cat/recovery`. */
export const recoveryRows: Rules = {
  body: inAnyOrder('index'),
  time: matching('duration', /^\d+(\.\d)?(ms|s|m)$/),
  target_node: name,
  files: digits,
  files_recovered: digits,
  files_total: digits,
  files_percent: percent,
  bytes: size,
  bytes_recovered: size,
  bytes_total: size,
  bytes_percent: percent,
};
