import { z } from 'zod';
import { parseBytes } from '../model/disk.ts';
import type { Problem } from './problems.ts';
import { didYouMean, show } from './problems.ts';
import { duration, fail, formatDuration, oneOf, Text } from './values.ts';

const prefix = 'CAMUNDA_BACKUP_';
/** Read by the set-up scripts, never by the worker. */
const scriptVariables = ['CAMUNDA_BACKUP_CACHE'];

/** What docs/configuration.md says about one variable. */
export interface SettingDoc {
  readonly type: string;
  /** As one would write it; absent when the variable has none. */
  readonly default?: string;
  readonly range?: string;
  readonly description: string;
}

/** The documentation of each variable of `Settings`, found by its schema. */
export const settingDocs = z.registry<SettingDoc>();

/** Every environment variable of ours: name, type, default, range and meaning. */
export const Settings = z
  .object({
    CAMUNDA_BACKUP_CLUSTER_FILE: z
      .string({ error: 'is not set; give the path of the cluster file (YAML), here or with --cluster-file' })
      .min(1, 'is empty; give the path of the cluster file (YAML)')
      .register(settingDocs, { type: 'path', description: 'The cluster file. Required.' }),
    CAMUNDA_BACKUP_TASK_QUEUE: Text.default('camunda-backup').register(settingDocs, {
      type: 'text',
      default: 'camunda-backup',
      description: 'Task Queue that the worker serves; the one to start Workflows on.',
    }),
    CAMUNDA_BACKUP_MAX_PAUSE: durationSetting({
      default: '6h',
      range: { min: '1s', max: '30d' },
      description: 'Longest time that exporting may stay paused. A policy about disk, not a guess at duration.',
    }),
    CAMUNDA_BACKUP_AWAIT_IN_STEP: durationSetting({
      default: '15m',
      range: { min: '0s', max: '1d' },
      description:
        'How long a backup waits, before it pauses, until exporters are in step and no other snapshot runs. `0s` looks once.',
    }),
    CAMUNDA_BACKUP_RECORD_DEADLINE: durationSetting({
      default: '5m',
      range: { min: '1s', max: '1h' },
      description:
        'How long a backup, proven and with exporting resumed, tries to write its record into the catalogue. Then it is COMPLETED with a warning.',
    }),
    CAMUNDA_BACKUP_DISK_HEAD_ROOM: z
      .string()
      .transform((text, context) => {
        if (text === 'auto') return undefined;
        return (
          parseBytes(text) ??
          fail(context, `${show(text)} is neither "auto" nor a size; write 500MiB, 3GiB, or 0 for none`)
        );
      })
      .prefault('auto')
      .register(settingDocs, {
        type: 'size or auto',
        default: 'auto',
        description:
          "Free disk that a pause must leave each broker. `auto`: half as much again as the broker's own `data.disk.freeSpace.processing`. `0`: no disk is looked at.",
      }),
    CAMUNDA_BACKUP_DISK_INTERVAL: durationSetting({
      default: '15s',
      range: { min: '50ms', max: '10m' },
      description: "How often the waits in a pause look at the brokers' free disk.",
    }),
    CAMUNDA_BACKUP_OUTER_MARGIN: durationSetting({
      default: '5m',
      range: { min: '100ms', max: '1d' },
      description: 'How long after the longest pause the Workflow that was started cancels the work from outside.',
    }),
    CAMUNDA_BACKUP_CLOSE_GRACE: durationSetting({
      default: '2m',
      range: { min: '100ms', max: '1d' },
      description: 'How long it then waits for the work to close before it resumes exporting directly.',
    }),
    CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: durationSetting({
      default: '20s',
      range: { min: '100ms', max: '5m' },
      description: 'Deadline of one call that pauses exporting.',
    }),
    CAMUNDA_BACKUP_PAUSE_DEADLINE: durationSetting({
      default: '2m',
      range: { min: '200ms', max: '1h' },
      description: 'Deadline of all attempts to pause together.',
    }),
    CAMUNDA_BACKUP_GATEWAY_TIMEOUT: durationSetting({
      default: '15s',
      range: { min: '10ms', max: '10m' },
      description: "How long a gateway can still act on a call whose caller is gone: Zeebe's own request timeout.",
    }),
    CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: durationSetting({
      default: '30s',
      range: { min: '1s', max: '10m' },
      description: 'Silence after which Temporal gives a wait to another worker; a read after 10s at most.',
    }),
    CAMUNDA_BACKUP_POLL_MIN: durationSetting({
      default: '300ms',
      range: { min: '10ms', max: '10m' },
      description: 'First interval between two polls of a wait. It grows with the time already waited.',
    }),
    CAMUNDA_BACKUP_POLL_MAX: durationSetting({
      default: '30s',
      range: { min: '10ms', max: '10m' },
      description: 'Longest interval between two polls of a wait.',
    }),
    CAMUNDA_BACKUP_APPEAR_GRACE: durationSetting({
      default: '1m',
      range: { min: '100ms', max: '1h' },
      description: 'How long "not there yet" is believed right after a backup was started.',
    }),
    CAMUNDA_BACKUP_STALL_TIMEOUT: durationSetting({
      default: '30m',
      range: { min: '100ms', max: '7d' },
      description: 'How long a wait may see no progress at all before it gives up.',
    }),
    CAMUNDA_BACKUP_COMPONENT_DEADLINE: durationSetting({
      default: '24h',
      range: { min: '1s', max: '30d' },
      description: "Deadline of one component's whole backup.",
    }),
    CAMUNDA_BACKUP_WATCH_INTERVAL: durationSetting({
      default: '1m',
      range: { min: '1s', max: '1h' },
      description: 'Interval of the watch that finds pauses nobody holds.',
    }),
    CAMUNDA_BACKUP_UNKNOWN_PAUSE_GRACE: z
      .union([z.literal('never').transform(() => undefined), duration({ min: '1s', max: '30d' })], {
        error: (issue) => `${show(issue.input)} is neither "never" nor a duration from 1s to 30d; write 15m or 6h`,
      })
      .prefault('6h')
      .register(settingDocs, {
        type: 'duration or never',
        default: '6h',
        range: '1s to 30d',
        description: 'How long a soft pause of unknown origin is only reported before the watch lifts it.',
      }),
    CAMUNDA_BACKUP_MAX_CONCURRENT_ACTIVITIES: z
      .string()
      .transform((text, context) => {
        const count = /^\d+$/.test(text) ? Number(text) : 0;
        return count >= 1 && count <= 10_000
          ? count
          : fail(context, `${show(text)} is not a whole number from 1 to 10000`);
      })
      .prefault('1000')
      .register(settingDocs, {
        type: 'number',
        default: '1000',
        range: '1 to 10000',
        description:
          'Activities this worker runs at once. A wait holds one slot, and a resume must not queue behind waits.',
      }),
    CAMUNDA_BACKUP_SHUTDOWN_GRACE: durationSetting({
      default: '25s',
      range: { min: '0s', max: '10m' },
      description: 'Time that running Activities get to end when the worker is told to stop.',
    }),
    CAMUNDA_BACKUP_SHUTDOWN_FORCE: durationSetting({
      default: '28s',
      range: { min: '1s', max: '11m' },
      description:
        'Time after which a stopping worker exits whatever still runs. Keep it below the kill timeout outside.',
    }),
    CAMUNDA_BACKUP_STICKY_QUEUE_TIMEOUT: durationSetting({
      default: '5s',
      range: { min: '100ms', max: '1m' },
      description: 'How long Temporal offers the next step to a worker that died before it asks another one.',
    }),
    CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: durationSetting({
      default: '5s',
      range: { min: '10ms', max: '1m' },
      description: 'Longest time a heartbeat is held back: the delay of a cancellation and of shown progress.',
    }),
    CAMUNDA_BACKUP_CONNECT_TIMEOUT: durationSetting({
      default: '2m',
      range: { min: '0s', max: '1d' },
      description: 'How long a starting worker waits for a Temporal server or namespace that is not there yet.',
    }),
    CAMUNDA_BACKUP_MONITORING_ADDRESS: addressSetting({
      example: '0.0.0.0:9465',
      description:
        'Where the worker serves `/healthz`, `/readyz` and `/metrics`, as in 0.0.0.0:9465. None when absent.',
    }),
    CAMUNDA_BACKUP_METRICS_ADDRESS: addressSetting({
      example: '0.0.0.0:9464',
      description: "Where Temporal's SDK serves its own Prometheus metrics, as in 0.0.0.0:9464. None when absent.",
    }),
    CAMUNDA_BACKUP_LOG_FORMAT: oneOf(['text', 'json']).default('text').register(settingDocs, {
      type: 'text or json',
      default: 'text',
      description: "The worker's log on stderr: lines for people, or one JSON object a line.",
    }),
    CAMUNDA_BACKUP_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error']).default('info').register(settingDocs, {
      type: 'debug, info, warn or error',
      default: 'info',
      description: "Least severe messages in the worker's log.",
    }),
  })
  .check(
    shorter('CAMUNDA_BACKUP_POLL_MIN', 'CAMUNDA_BACKUP_POLL_MAX', { orEqual: true }),
    shorter('CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT', 'CAMUNDA_BACKUP_PAUSE_DEADLINE'),
    shorter('CAMUNDA_BACKUP_PAUSE_DEADLINE', 'CAMUNDA_BACKUP_MAX_PAUSE'),
    shorter('CAMUNDA_BACKUP_APPEAR_GRACE', 'CAMUNDA_BACKUP_STALL_TIMEOUT', { orEqual: true }),
    shorter('CAMUNDA_BACKUP_STALL_TIMEOUT', 'CAMUNDA_BACKUP_COMPONENT_DEADLINE', { orEqual: true }),
    shorter('CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE', 'CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT'),
    shorter('CAMUNDA_BACKUP_SHUTDOWN_GRACE', 'CAMUNDA_BACKUP_SHUTDOWN_FORCE'),
  );

export type Settings = z.infer<typeof Settings>;

/** Reads our variables; undefined, with the problems reported, when one is wrong. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  report: (problem: Problem) => void,
): Settings | undefined {
  const result = Settings.safeParse(env);
  if (result.success) return result.data;
  for (const issue of result.error.issues) report({ path: issue.path.join('.'), message: issue.message });
  return undefined;
}

function durationSetting(doc: {
  readonly default: string;
  readonly range: { readonly min: string; readonly max: string };
  readonly description: string;
}) {
  return duration(doc.range)
    .prefault(doc.default)
    .register(settingDocs, {
      type: 'duration',
      default: doc.default,
      range: `${doc.range.min} to ${doc.range.max}`,
      description: doc.description,
    });
}

function addressSetting({ example, description }: { readonly example: string; readonly description: string }) {
  return Text.regex(/^(\[[0-9a-fA-F:]+\]|[\d.]+):\d{1,5}$/, {
    error: (issue) => `${show(issue.input)} is not IP address and port, as in ${example}`,
  })
    .optional()
    .register(settingDocs, { type: 'address', description });
}

/** One duration must stay below another. Also checked when other variables are wrong, so that all problems show at once. */
function shorter(small: string, large: string, { orEqual = false } = {}) {
  const both = (value: unknown): readonly [number, number] | undefined => {
    const pair = z.object({ [small]: z.number(), [large]: z.number() }).safeParse(value);
    return pair.success ? [pair.data[small] ?? 0, pair.data[large] ?? 0] : undefined;
  };
  return z.refine(
    (value: unknown) => {
      const pair = both(value);
      return pair === undefined || (orEqual ? pair[0] <= pair[1] : pair[0] < pair[1]);
    },
    {
      path: [small],
      when: () => true,
      error: ({ input }) => {
        const [a, b] = both(input) ?? [0, 0];
        return `${formatDuration(a)} must be ${orEqual ? 'at most' : 'below'} ${large}, which is ${formatDuration(b)}`;
      },
    },
  );
}

/** Reports variables with our prefix that are no setting and that the cluster file does not name. */
export function refuseUnknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  named: ReadonlySet<string>,
  report: (problem: Problem) => void,
): void {
  const known = Object.keys(Settings.shape);
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !name.startsWith(prefix)) continue;
    if (known.includes(name) || named.has(name) || scriptVariables.includes(name)) continue;
    report({
      path: name,
      message: `is not a setting of ours.${didYouMean(name, known)} docs/configuration.md lists them`,
    });
  }
}
