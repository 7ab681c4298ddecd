import { replicasIn } from '../model/others-pause.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import { readBrokers, readTopology, withPatience, type ZeebeCluster } from './brokers.ts';

export interface ResumedExporting {
  /** ISO 8601: when every replica on every broker was read as EXPORTING. Absent with `gateway-only`. */
  readonly resumedVerifiedAt?: string;
  /** ISO 8601: when the gateway accepted the resume; only with `gateway-only`. */
  readonly resumedAcceptedAt?: string;
}

/** What one attempt came to. */
export interface ResumeAttempt {
  /** From 1. */
  readonly tries: number;
  /** Why the gateway did not accept the resume; absent when it did. */
  readonly refusal?: string;
  /** Present while a lost pause call may still land: it does not count yet then. */
  readonly resumed?: ResumedExporting;
  /** One sentence per replica that is not EXPORTING or was not read, bounded. */
  readonly missing: readonly string[];
  /** Brokers, by node ID, that gave no reading. */
  readonly silent: readonly number[];
  /** Replicas that were read as PAUSED, one clause each, bounded. */
  readonly hardPaused: readonly string[];
}

type Reading = Pick<ResumeAttempt, 'resumed' | 'missing' | 'silent' | 'hardPaused'>;

export interface Resume {
  /** Who takes part; read first where it is not known. */
  readonly topology?: ClusterTopology;
  /** ISO 8601: until when a pause call of ours may still land. Exporting is verified again after it. */
  readonly pauseMayLandUntil?: string | undefined;
  readonly signal: AbortSignal;
  /** Told of every attempt that is not the last. */
  readonly seen: (attempt: ResumeAttempt) => void;
  /** Waits for the next attempt; rejects when the resume is given up. */
  readonly pause: () => Promise<void>;
}

/**
 * Resumes exporting and ends only when every replica of every partition on every broker was read as EXPORTING. Every error is worth another
 * attempt: the gateway refuses while one broker is down, so each reachable broker is then resumed by itself, and one that returns with its
 * old phase is resumed when it is back. While a lost pause call may still land, what was read as EXPORTING is only read again; after that
 * moment it is resumed and verified once more.
 */
export async function resumeUntilVerified(cluster: ZeebeCluster, resume: Resume): Promise<ResumedExporting> {
  const { signal, pauseMayLandUntil } = resume;
  let topology = resume.topology;
  let refusal: string | undefined;
  let exporting = false;
  for (let tries = 1; ; tries += 1) {
    // Judged before the brokers are read: a slow answer of one must not make an old reading of another count.
    const mayLand = pauseMayLandUntil !== undefined && new Date().toISOString() < pauseMayLandUntil;
    const send = !mayLand || !exporting;
    if (send) refusal = await sendResume(cluster, signal);
    topology = await wholeTopology(cluster, topology, signal);
    const { resumed, ...reading } = await readResumed(cluster, topology, refusal, signal);
    if (resumed !== undefined && !mayLand) return resumed;
    exporting = resumed?.resumedVerifiedAt !== undefined;
    resume.seen({
      tries,
      ...reading,
      ...(refusal === undefined ? {} : { refusal }),
      ...(resumed === undefined ? {} : { resumed }),
    });
    // A pause that has just landed is lifted at once.
    if (send || exporting) await resume.pause();
  }
}

/**
 * Sends one resume: to the gateway and, where that does not accept it, to each broker; with `everywhere` to all of them at once. Returns
 * why the gateway did not accept it.
 */
export async function sendResume(
  cluster: ZeebeCluster,
  signal: AbortSignal,
  { everywhere = false, patienceMs }: { readonly everywhere?: boolean; readonly patienceMs?: number } = {},
): Promise<string | undefined> {
  const patience = withPatience(signal, patienceMs);
  const brokers = () =>
    Promise.all(cluster.brokers.map(({ client }) => refusalOf(client.resumeExporting(patience), signal)));
  const gateway = refusalOf(cluster.gateway.resumeExporting(patience), signal);
  if (everywhere) return (await Promise.all([gateway, brokers()]))[0];
  const refusal = await gateway;
  if (refusal !== undefined) await brokers();
  return refusal;
}

/** Whether a resume that was sent is verified by now; with `gateway-only`, where nothing is read, whether it was accepted. */
export async function readResumed(
  cluster: ZeebeCluster,
  topology: ClusterTopology | undefined,
  refusal: string | undefined,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<Reading> {
  const now = (): string => new Date().toISOString();
  if (cluster.verification === 'gateway-only') {
    return refusal === undefined
      ? { resumed: { resumedAcceptedAt: now() }, missing: [], silent: [], hardPaused: [] }
      : { missing: [refusal], silent: [], hardPaused: [] };
  }
  if (topology === undefined) {
    const silent = cluster.brokers.map(({ nodeId }) => nodeId);
    return { missing: ['neither the gateway nor any broker tells which partitions there are'], silent, hardPaused: [] };
  }
  const { phase, notExporting, brokers } = await readBrokers(cluster, topology, signal, patienceMs);
  if (phase === 'exporting') return { resumed: { resumedVerifiedAt: now() }, missing: [], silent: [], hardPaused: [] };
  const silent = brokers.flatMap(({ nodeId, unreachable }) => (unreachable === undefined ? [] : [nodeId]));
  return { missing: notExporting, silent, hardPaused: replicasIn(brokers, ['PAUSED']) };
}

/** One that the brokers told in place of the gateway is read again each time: a broker that was never read must be read first. */
async function wholeTopology(
  cluster: ZeebeCluster,
  topology: ClusterTopology | undefined,
  signal: AbortSignal,
): Promise<ClusterTopology | undefined> {
  if (cluster.verification === 'gateway-only') return topology;
  if (topology !== undefined && topology.unread === undefined) return topology;
  try {
    return await readTopology(cluster, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return topology;
  }
}

async function refusalOf(call: Promise<void>, signal: AbortSignal): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
