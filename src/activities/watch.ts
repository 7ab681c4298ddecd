import { Context } from '@temporalio/activity';
import { versionFacts } from '../model/camunda-version.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';
import { lostPauseMayLandUntil } from '../model/cluster-lock.ts';
import { whosePause, type PauseOwner, type WatchRecord } from '../model/whose-pause.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import { lastTellingRun, openRun, type ClusterLockReader, type LockRun } from './cluster-lock.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { readBrokers } from './read-brokers.ts';

/** What the watch carries from run to run: small, for a thousand clusters it must stay far below 64 KiB. */
export interface WatchMemory {
  /** ISO 8601 of the last clean reading, by cluster: one time for all that were clean in the last sweep. */
  readonly cleanAt: string;
  readonly clean: readonly string[];
  /** Every other cluster. */
  readonly records: Readonly<Record<string, WatchRecord>>;
}

export interface Sweep {
  readonly memory: WatchMemory;
  /** Every cluster that is not simply exporting, with the verdict and what was done about it. */
  readonly findings: readonly WatchFinding[];
  /** For the recoveries that the workflow starts. */
  readonly timing: OperationTiming;
}

export interface WatchFinding {
  readonly cluster: string;
  readonly owner: PauseOwner;
  readonly because: string;
  readonly action: 'none' | 'recover' | 'resumed directly' | 'resume not verified';
  /** What a recovery needs; only with `recover`. */
  readonly topology?: ClusterTopology;
  /** ISO 8601. */
  readonly pauseMayLandUntil?: string;
}

export interface WatchDeps {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
  readonly timing: OperationTiming & { readonly unknownPauseGraceMs?: number };
  /** How long one broker may take to answer, until it counts as unreachable. Three in a row fit into the longest time for one cluster. */
  readonly brokerPatienceMs?: number;
}

const defaultBrokerPatienceMs = 2_500;

/** Clusters read at once, and the longest time for one: a thousand that all hang still fit into one run. */
const sideBySide = 250;
const longestReadMs = 8_000;

export function createWatchActivities(deps: WatchDeps) {
  return {
    /** Reads the phases of every configured cluster and decides by `whosePause`. Resumes directly only what is OVERDUE. */
    async sweepClusters({ memory }: { readonly memory?: WatchMemory }): Promise<Sweep> {
      const context = Context.current();
      const waiting = [...deps.clusters.names];
      // Before the first is read: a run that ends while others are read must not count as older than a clean reading.
      const cleanAt = new Date().toISOString();
      const swept: Swept[] = [];
      const sweepSome = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          const signal = AbortSignal.any([context.cancellationSignal, AbortSignal.timeout(longestReadMs)]);
          swept.push(await sweepOne(deps, name, recordOf(memory, name), signal));
          context.heartbeat({ seen: `${swept.length} of ${deps.clusters.names.length} clusters` });
        }
      };
      await Promise.all(Array.from({ length: Math.min(sideBySide, waiting.length) }, sweepSome));
      context.cancellationSignal.throwIfAborted();
      const others = swept.filter(({ finding }) => finding !== undefined);
      return {
        memory: {
          cleanAt,
          clean: swept.flatMap(({ name, finding }) => (finding === undefined ? [name] : [])),
          records: Object.fromEntries(others.map(({ name, record }) => [name, record])),
        },
        findings: others.flatMap(({ finding }) => finding ?? []),
        timing: deps.timing,
      };
    },
  };
}

function recordOf(memory: WatchMemory | undefined, name: string): WatchRecord {
  if (memory === undefined) return {};
  return memory.clean.includes(name) ? { cleanAt: memory.cleanAt } : (memory.records[name] ?? {});
}

interface Swept {
  readonly name: string;
  readonly record: WatchRecord;
  /** Absent when the cluster is simply exporting. */
  readonly finding?: WatchFinding;
}

async function sweepOne(deps: WatchDeps, name: string, before: WatchRecord, signal: AbortSignal): Promise<Swept> {
  const cluster = deps.clusters.get(name);
  if (cluster.verification === 'gateway-only') {
    return {
      name,
      record: before,
      finding: { cluster: name, owner: 'UNREADABLE', because: 'gateway-only', action: 'none' },
    };
  }
  try {
    return await judge(deps, cluster, before, signal);
  } catch (error) {
    // One cluster that hangs or is gone must not blind the watch for the others.
    const because = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    return { name, record: before, finding: { cluster: name, owner: 'UNREADABLE', because, action: 'none' } };
  }
}

async function judge(deps: WatchDeps, cluster: Cluster, before: WatchRecord, signal: AbortSignal): Promise<Swept> {
  const { name } = cluster;
  // The open run is read before the phases: a run that ends in between has verified its resume, or is found by the next sweep.
  const open = await openRun(deps.lock, name);
  const [topology, version] = await Promise.all([
    cluster.gateway.readTopology(signal),
    cluster.gateway.readVersion(signal),
  ]);
  const patienceMs = deps.brokerPatienceMs ?? defaultBrokerPatienceMs;
  const reading = await readBrokers(cluster, topology, signal, patienceMs);
  if (reading.phase === 'exporting') return { name, record: {} };
  const lastRun =
    reading.anyPaused && open === undefined ? lastTellingRun(await deps.lock.closedRuns(name)) : undefined;
  const now = new Date().toISOString();
  const verdict = whosePause({
    now,
    reading,
    softPauseExists: versionFacts(version)?.pauseKind !== 'hard',
    ...(open === undefined ? {} : { openRun: open }),
    ...(lastRun === undefined ? {} : { lastRun }),
    watch: before,
  });
  const record = nextRecord(before, verdict.owner, open, now);
  const finding = { cluster: name, ...verdict };
  if (verdict.owner === 'OVERDUE') {
    const resumed = await resumeDirectly(cluster, topology, signal, patienceMs);
    return { name, record, finding: { ...finding, action: resumed ? 'resumed directly' : 'resume not verified' } };
  }
  const lift = verdict.owner === 'OURS' || (verdict.owner === 'UNKNOWN' && graceIsOver(record, now, deps.timing));
  if (!lift) return { name, record, finding: { ...finding, action: 'none' } };
  const mayLand = lostPauseMayLandUntil(lastRun?.pause, Date.parse(now), deps.timing);
  const lost = mayLand === undefined ? {} : { pauseMayLandUntil: mayLand };
  return { name, record, finding: { ...finding, action: 'recover', topology, ...lost } };
}

function nextRecord(before: WatchRecord, owner: PauseOwner, open: LockRun | undefined, now: string): WatchRecord {
  const declared = open?.pause === undefined ? undefined : { runId: open.runId, declaredAt: open.pause.declaredAt };
  const held = declared ?? before.held;
  const unexplained = owner === 'UNKNOWN' ? (before.unexplainedSince ?? now) : undefined;
  return {
    ...(before.cleanAt === undefined ? {} : { cleanAt: before.cleanAt }),
    ...(held === undefined ? {} : { held }),
    ...(unexplained === undefined ? {} : { unexplainedSince: unexplained }),
  };
}

function graceIsOver(record: WatchRecord, now: string, { unknownPauseGraceMs }: WatchDeps['timing']): boolean {
  if (unknownPauseGraceMs === undefined || record.unexplainedSince === undefined) return false;
  return Date.parse(now) - Date.parse(record.unexplainedSince) >= unknownPauseGraceMs;
}

/** One attempt at the gateway and at each broker, because the gateway refuses while one is down; the next sweep is the next attempt. */
async function resumeDirectly(
  cluster: Cluster,
  topology: ClusterTopology,
  signal: AbortSignal,
  patienceMs: number,
): Promise<boolean> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  await Promise.allSettled([
    cluster.gateway.resumeExporting(patience),
    ...cluster.brokers.map(({ client }) => client.resumeExporting(patience)),
  ]);
  return (await readBrokers(cluster, topology, signal, patienceMs)).phase === 'exporting';
}
