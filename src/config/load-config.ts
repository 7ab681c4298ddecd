import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readClusters } from './clusters.ts';
import type { ClusterConfig, Config } from './config.ts';
import { ConfigError } from './problems.ts';
import type { Problem } from './problems.ts';
import type { Outside } from './secrets.ts';
import { readYaml, type Section } from './section.ts';
import type { Settings } from './settings.ts';
import { readSettings, refuseUnknownVariables } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type ReadFile = (path: string) => string;

/** Reads the environment and the cluster file. Returns a frozen configuration or throws one ConfigError with all problems. */
export function loadConfig(env: Environment, readFile: ReadFile = (path) => readFileSync(path, 'utf8')): Config {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const settings = readSettings(env, report);
  const named = new Set<string>();
  const clusters = parseClusterFile({ env, readFile, named, report }, readClusters) ?? [];
  refuseUnknownVariables(env, named, report);
  if (problems.length > 0 || settings === undefined) throw new ConfigError(problems);
  return freeze(assemble(settings, clusters));
}

interface Reading {
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** Gets the variables that the file names. */
  readonly named: Set<string>;
  readonly report: (problem: Problem) => void;
}

/** Reads the cluster file by `read`; undefined where there is none, or, with the problem reported, none that is YAML. */
export function parseClusterFile<T>(
  { env, readFile, named, report }: Reading,
  read: (file: Section, outside: Outside) => T,
): T | undefined {
  const file = env['CAMUNDA_BACKUP_CLUSTER_FILE'];
  if (file === undefined || file === '') return undefined;
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    report({ path: 'CAMUNDA_BACKUP_CLUSTER_FILE', message: `cannot read ${file}: ${unreadable(file, error)}` });
    return undefined;
  }
  const outside = { env, named, readFile: (path: string) => readFile(resolve(dirname(file), path)) };
  return readYaml(file, text, report, (section) => read(section, outside));
}

function unreadable(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no file ${resolve(file)}; correct the path`,
    EISDIR: 'it is a folder; give the path of the file in it',
    EACCES: 'this user may not read it; give it the permission',
  };
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

function assemble(s: Settings, clusters: readonly ClusterConfig[]): Config {
  return {
    clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster])),
    taskQueue: s.CAMUNDA_BACKUP_TASK_QUEUE,
    timing: {
      maxPauseMs: s.CAMUNDA_BACKUP_MAX_PAUSE,
      awaitInStepMs: s.CAMUNDA_BACKUP_AWAIT_IN_STEP,
      diskIntervalMs: s.CAMUNDA_BACKUP_DISK_INTERVAL,
      recordMs: s.CAMUNDA_BACKUP_RECORD_DEADLINE,
      ...(s.CAMUNDA_BACKUP_DISK_HEAD_ROOM === undefined ? {} : { diskHeadRoomBytes: s.CAMUNDA_BACKUP_DISK_HEAD_ROOM }),
      outerMarginMs: s.CAMUNDA_BACKUP_OUTER_MARGIN,
      closeGraceMs: s.CAMUNDA_BACKUP_CLOSE_GRACE,
      pauseCallTimeoutMs: s.CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT,
      pauseDeadlineMs: s.CAMUNDA_BACKUP_PAUSE_DEADLINE,
      gatewayTimeoutMs: s.CAMUNDA_BACKUP_GATEWAY_TIMEOUT,
      heartbeatTimeoutMs: s.CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT,
      pollMinMs: s.CAMUNDA_BACKUP_POLL_MIN,
      pollMaxMs: s.CAMUNDA_BACKUP_POLL_MAX,
      appearGraceMs: s.CAMUNDA_BACKUP_APPEAR_GRACE,
      stallTimeoutMs: s.CAMUNDA_BACKUP_STALL_TIMEOUT,
      componentDeadlineMs: s.CAMUNDA_BACKUP_COMPONENT_DEADLINE,
      watchIntervalMs: s.CAMUNDA_BACKUP_WATCH_INTERVAL,
      ...(s.CAMUNDA_BACKUP_UNKNOWN_PAUSE_GRACE === undefined
        ? {}
        : { unknownPauseGraceMs: s.CAMUNDA_BACKUP_UNKNOWN_PAUSE_GRACE }),
    },
    worker: {
      maxConcurrentActivities: s.CAMUNDA_BACKUP_MAX_CONCURRENT_ACTIVITIES,
      shutdownGraceMs: s.CAMUNDA_BACKUP_SHUTDOWN_GRACE,
      shutdownForceMs: s.CAMUNDA_BACKUP_SHUTDOWN_FORCE,
      stickyQueueTimeoutMs: s.CAMUNDA_BACKUP_STICKY_QUEUE_TIMEOUT,
      maxHeartbeatThrottleMs: s.CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE,
      connectTimeoutMs: s.CAMUNDA_BACKUP_CONNECT_TIMEOUT,
      logLevel: s.CAMUNDA_BACKUP_LOG_LEVEL,
      logFormat: s.CAMUNDA_BACKUP_LOG_FORMAT,
      ...(s.CAMUNDA_BACKUP_MONITORING_ADDRESS === undefined
        ? {}
        : { monitoringAddress: s.CAMUNDA_BACKUP_MONITORING_ADDRESS }),
      ...(s.CAMUNDA_BACKUP_METRICS_ADDRESS === undefined ? {} : { metricsAddress: s.CAMUNDA_BACKUP_METRICS_ADDRESS }),
    },
  };
}

export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
