import { Context } from '@temporalio/activity';
import { askBrokers, foldReading, readTopology, withPatience } from '../clients/brokers.ts';
import { readResumed, sendResume } from '../clients/resume-exporting.ts';
import { versionFacts } from '../model/camunda-version.ts';
import type { OperationTiming } from '../model/cluster-facts.ts';
import type { BrokerReading } from '../model/exporting.ts';
import { unnamedWork, type EndedWork } from '../model/ended-work.ts';
import { judgePause, mayStillLandUntil, unverifiedPause } from '../model/judge-pause.ts';
import { withPauseTrace, type ClusterLockReader, type EndedRuns, type LockRun } from '../model/lock-run.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';
import { recall, remember, type WatchMemory } from '../model/watch-memory.ts';
import type { PauseOwner, WatchRecord } from '../model/whose-pause.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import { openRun } from './cluster-lock.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';

export interface Sweep {
  readonly memory: WatchMemory;
  /** Clusters that are not simply exporting, with the verdict and what was done about each; bounded. */
  readonly findings: readonly WatchFinding[];
  /** How many more there are that needed no action, or whose recovery is left to the next sweep. */
  readonly unlisted: number;
  /** For the recoveries that the workflow starts. */
  readonly timing: OperationTiming;
  readonly searchAttributes?: readonly SearchAttributeName[];
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
  /** The backup that paused; absent where it said itself what it left behind. */
  readonly ended?: EndedWork;
}

export interface WatchDeps {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
  readonly timing: OperationTiming & { readonly unknownPauseGraceMs?: number };
  /** How long the gateway or one broker may take to answer, until it counts as unreachable. Four in a row fit into the longest time for one cluster. */
  readonly brokerPatienceMs?: number;
  readonly searchAttributes?: () => Promise<readonly SearchAttributeName[]>;
}

const defaultBrokerPatienceMs = 2_500;

/** Clusters read at once, and the longest time for one: a thousand that all hang still fit into one run. */
const sideBySide = 250;
const longestReadMs = 10_000;

export function createWatchActivities(deps: WatchDeps) {
  return {
    /** Reads the phases of every configured cluster and decides by `whosePause`. Resumes directly only what is OVERDUE. */
    async sweepClusters({ memory }: { readonly memory?: WatchMemory }): Promise<Sweep> {
      const { cancellationSignal } = Context.current();
      const waiting = [...deps.clusters.names];
      // Before the first is read: a run that ends while others are read must not count as older than a clean reading.
      const startedAt = new Date().toISOString();
      const recordOf = recall(memory);
      const swept: Swept[] = [];
      await heartbeating(async (beat) => {
        const sweepSome = async (): Promise<void> => {
          for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
            const signal = AbortSignal.any([cancellationSignal, AbortSignal.timeout(longestReadMs)]);
            swept.push(await sweepOne(deps, { name, before: recordOf(name), startedAt }, signal));
            beat({ seen: `${swept.length} of ${deps.clusters.names.length} clusters` });
          }
        };
        await Promise.all(Array.from({ length: Math.min(sideBySide, waiting.length) }, sweepSome));
      });
      cancellationSignal.throwIfAborted();
      const findings = swept.flatMap(({ finding }) => finding ?? []);
      const listed = mostUrgent(findings);
      const registered = listed.some(({ action }) => action === 'recover')
        ? await deps.searchAttributes?.()
        : undefined;
      return {
        memory: remember(new Map(swept.map(({ name, record }) => [name, record]))),
        findings: listed,
        unlisted: findings.length - listed.length,
        timing: deps.timing,
        ...(registered === undefined ? {} : { searchAttributes: registered }),
      };
    },
  };
}

/** Recoveries started by one sweep, and findings shown: a payload is bounded, and the next sweep goes on. */
const [mostRecoveries, mostShown] = [25, 50];

function mostUrgent(findings: readonly WatchFinding[]): WatchFinding[] {
  const recoveries = findings.filter(({ action }) => action === 'recover');
  const others = findings.filter(({ action }) => action !== 'recover');
  const acted = others.filter(({ action }) => action !== 'none');
  const seen = others.filter(({ action, owner }) => action === 'none' && owner !== 'UNREADABLE');
  const unreadable = others.filter(({ action, owner }) => action === 'none' && owner === 'UNREADABLE');
  return [...recoveries.slice(0, mostRecoveries), ...[...acted, ...seen, ...unreadable].slice(0, mostShown)];
}

interface Swept {
  readonly name: string;
  readonly record: WatchRecord;
  /** Absent when the cluster is simply exporting. */
  readonly finding?: WatchFinding;
}

interface Subject {
  readonly name: string;
  readonly before: WatchRecord;
  /** ISO 8601: when the sweep began; nothing counts as clean later than this. */
  readonly startedAt: string;
}

async function sweepOne(deps: WatchDeps, subject: Subject, signal: AbortSignal): Promise<Swept> {
  const { name, before } = subject;
  const cluster = deps.clusters.get(name);
  try {
    const decide = cluster.verification === 'gateway-only' ? judgeByRuns : judge;
    return await decide(deps, cluster, subject, signal);
  } catch (error) {
    // One cluster that hangs or is gone must not blind the watch for the others.
    const because = (error instanceof Error ? error.message : String(error)).slice(0, 200);
    return { name, record: before, finding: { cluster: name, owner: 'UNREADABLE', because, action: 'none' } };
  }
}

async function judge(deps: WatchDeps, cluster: Cluster, subject: Subject, signal: AbortSignal): Promise<Swept> {
  const { name, startedAt } = subject;
  // The open run is read before the phases: a run that ends in between has verified its resume, or is found by the next sweep.
  const open = await openRun(deps.lock, name);
  const patienceMs = deps.brokerPatienceMs ?? defaultBrokerPatienceMs;
  let asked: Promise<readonly BrokerReading[]> | undefined;
  const brokers = () => (asked ??= askBrokers(cluster, signal, patienceMs));
  const [topology, version] = await Promise.all([
    readTopology(cluster, signal, { patienceMs, brokers }),
    readVersion(cluster, signal, patienceMs),
  ]);
  const reading = foldReading(topology, await brokers());
  if (reading.phase === 'exporting') {
    // An open run may pause a moment later and be deleted before the next sweep: it is remembered now.
    const held = open === undefined ? {} : { held: heldBy(open, startedAt) };
    // Without the gateway a partition that no broker shows yet is not missed: such a reading proves nothing later.
    const record = topology.unread === undefined ? { cleanAt: startedAt } : subject.before;
    return { name, record: { ...record, ...held } };
  }
  const now = new Date().toISOString();
  const judged = await judgePause(deps.lock, name, {
    now,
    reading,
    softPauseExists: version === undefined || versionFacts(version)?.pauseKind !== 'hard',
    ...(open === undefined ? {} : { openRun: open }),
    watch: subject.before,
  });
  const { verdict, watch: before = subject.before } = judged;
  const record = nextRecord(before, verdict.owner, open, now);
  const finding = { cluster: name, ...verdict };
  if (verdict.owner === 'OVERDUE') {
    return {
      name,
      record,
      finding: { ...finding, action: await resumeDirectly(cluster, topology, signal, patienceMs) },
    };
  }
  const lift = verdict.owner === 'OURS' || (verdict.owner === 'UNKNOWN' && graceIsOver(record, now, deps.timing));
  if (!lift) return { name, record, finding: { ...finding, action: 'none' } };
  const mayLand = mayStillLandUntil(judged.ended, Date.parse(now), deps.timing);
  const lost = mayLand === undefined ? {} : { pauseMayLandUntil: mayLand };
  return { name, record, finding: { ...finding, action: 'recover', topology, ...lost, ...workOf(judged.ended) } };
}

/** Where no broker is read nothing shows a pause: only what our own runs wrote down about theirs can be judged. */
async function judgeByRuns(deps: WatchDeps, cluster: Cluster, subject: Subject, signal: AbortSignal): Promise<Swept> {
  const { name, before: record } = subject;
  const found = (owner: PauseOwner, because: string) => ({ cluster: name, owner, because });
  const unread = found('UNREADABLE', 'gateway-only');
  const patienceMs = deps.brokerPatienceMs ?? defaultBrokerPatienceMs;
  const open = await openRun(deps.lock, name);
  if (open === undefined) {
    const ended = await withPauseTrace(deps.lock, name, await deps.lock.closedRuns(name));
    const left = unverifiedPause(ended);
    if (left === undefined) return { name, record, finding: { ...unread, action: 'none' } };
    const because = `run ${left.runId} declared a pause at ${left.declaredAt} and ended without an accepted resume (gateway-only)`;
    const topology = await cluster.gateway.readTopology(withPatience(signal, patienceMs));
    const mayLand = mayStillLandUntil(ended, Date.now(), deps.timing);
    const lost = mayLand === undefined ? {} : { pauseMayLandUntil: mayLand };
    return {
      name,
      record,
      finding: { ...found('OURS', because), action: 'recover', topology, ...lost, ...workOf(ended) },
    };
  }
  const { runId, pause, resumedVerifiedAt } = open;
  if (pause === undefined || resumedVerifiedAt !== undefined) {
    return { name, record, finding: { ...unread, action: 'none' } };
  }
  if (pause.deadline > new Date().toISOString()) {
    return { name, record, finding: { ...found('HELD', `run ${runId} is open`), action: 'none' } };
  }
  const overdue = found('OVERDUE', `run ${runId} is open and its deadline ${pause.deadline} has passed (gateway-only)`);
  const action = await resumeDirectly(cluster, undefined, signal, patienceMs);
  return { name, record, finding: { ...overdue, action } };
}

function workOf(ended: EndedRuns): { readonly ended?: EndedWork } {
  const [work] = unnamedWork(ended);
  return work === undefined ? {} : { ended: work };
}

/** From the gateway or, where it does not tell, from the first broker that does. */
async function readVersion(cluster: Cluster, signal: AbortSignal, patienceMs: number): Promise<string | undefined> {
  try {
    return await cluster.gateway.readVersion(withPatience(signal, patienceMs));
  } catch {
    const patience = withPatience(signal, patienceMs);
    return Promise.any(cluster.brokers.map(({ client }) => client.readVersion(patience))).catch(() => undefined);
  }
}

const heldBy = ({ runId, pause }: LockRun, seenAt: string): NonNullable<WatchRecord['held']> => ({
  runId,
  declaredAt: pause?.declaredAt ?? seenAt,
});

function nextRecord(before: WatchRecord, owner: PauseOwner, open: LockRun | undefined, now: string): WatchRecord {
  const held = open === undefined ? before.held : heldBy(open, now);
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
  topology: ClusterTopology | undefined,
  signal: AbortSignal,
  patienceMs: number,
): Promise<WatchFinding['action']> {
  const refusal = await sendResume(cluster, signal, { everywhere: true, patienceMs });
  const { resumed } = await readResumed(cluster, topology, refusal, signal, patienceMs);
  return resumed === undefined ? 'resume not verified' : 'resumed directly';
}
