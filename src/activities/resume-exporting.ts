import { ApplicationFailure, Context } from '@temporalio/activity';
import type { ExportingFacts, OperationTiming } from '../model/cluster-facts.ts';
import { FailureType } from '../model/failures.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { readBrokers, readTopology } from './read-brokers.ts';
import { polling } from './wait.ts';

export interface ResumeExporting extends ExportingFacts {
  /** ISO 8601: until when a pause call of ours may still land. Exporting is verified again after it. */
  readonly pauseMayLandUntil?: string;
}

export interface ResumedExporting {
  /** ISO 8601: when every replica on every broker was read as EXPORTING. Absent with `gateway-only`. */
  readonly resumedVerifiedAt?: string;
  /** ISO 8601: when the gateway accepted the resume; only with `gateway-only`. */
  readonly resumedAcceptedAt?: string;
}

export function createResumeActivities({
  clusters,
  timing: configuredTiming,
}: {
  readonly clusters: Clusters;
  readonly timing: OperationTiming;
}) {
  return {
    /**
     * What a resume needs to know, without any check that a backup would make: a cluster that is not whole, or has no gateway, must be
     * resumed too. Every error is worth another attempt, 401 too.
     */
    async readExportingFacts({ cluster: name }: { readonly cluster: string }): Promise<ExportingFacts> {
      const { cancellationSignal: signal } = Context.current();
      const topology = await readTopology(clusters.get(name), signal).catch((error: unknown) => {
        throw signal.aborted ? error : worthAnotherAttempt(error, FailureType.CallRejected);
      });
      return { cluster: name, topology, timing: configuredTiming };
    },

    /**
     * Resumes exporting and ends only when every replica of every partition on every broker was read as EXPORTING. Every error is worth
     * another attempt, 401 and 404 too: the gateway refuses while one broker is down, so each reachable broker is then resumed by itself,
     * and one that returns with its old phase is resumed when it is back. The heartbeat says what is missing.
     */
    async resumeExporting({
      cluster: name,
      topology: told,
      timing,
      pauseMayLandUntil,
    }: ResumeExporting): Promise<ResumedExporting> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = configured(clusters, name);
      return heartbeating(async (beat) => {
        const poll = polling(timing);
        let topology = told;
        for (let tries = 1; ; tries += 1) {
          // Judged before the brokers are read: a slow answer of one must not make an old reading of another count.
          const mayLand = pauseMayLandUntil !== undefined && new Date().toISOString() < pauseMayLandUntil;
          const refusal = await resumeOnce(cluster, signal);
          topology = await wholeTopology(cluster, topology, signal);
          const { resumed, missing } = await verified(cluster, topology, refusal, signal);
          if (resumed !== undefined && !mayLand) return resumed;
          beat({
            waitingFor: resumed === undefined ? 'every replica EXPORTING' : 'a lost pause call that may still land',
            seen: missing,
            gateway: refusal ?? 'accepted the resume',
            tries,
            seconds: poll.seconds(),
          });
          await poll.pause();
        }
      });
    },
  };
}

/** For a resume even a cluster that is missing from this worker's file is worth another attempt: on another worker, or when it is back. */
function configured(clusters: Clusters, name: string): Cluster {
  try {
    return clusters.get(name);
  } catch (error) {
    throw worthAnotherAttempt(error, FailureType.InvalidArgument);
  }
}

const worthAnotherAttempt = (error: unknown, type: FailureType): ApplicationFailure =>
  ApplicationFailure.retryable((error instanceof Error ? error.message : String(error)).slice(0, 1_500), type);

/** One that the brokers told in place of the gateway is read again each time: a broker that was never read must be read first. */
async function wholeTopology(
  cluster: Cluster,
  topology: ClusterTopology,
  signal: AbortSignal,
): Promise<ClusterTopology> {
  if (topology.unread === undefined) return topology;
  try {
    return await readTopology(cluster, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return topology;
  }
}

/** Sends the resume; the text of the refusal when the gateway did not accept it. */
async function resumeOnce(cluster: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const refusal = await refusalOf(cluster.gateway.resumeExporting(signal), signal);
  if (refusal !== undefined) {
    await Promise.all(cluster.brokers.map(({ client }) => refusalOf(client.resumeExporting(signal), signal)));
  }
  return refusal;
}

async function verified(
  cluster: Cluster,
  topology: ClusterTopology,
  refusal: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly resumed?: ResumedExporting; readonly missing: readonly string[] }> {
  const now = (): string => new Date().toISOString();
  if (cluster.verification === 'gateway-only') {
    return refusal === undefined ? { resumed: { resumedAcceptedAt: now() }, missing: [] } : { missing: [refusal] };
  }
  const reading = await readBrokers(cluster, topology, signal);
  return reading.phase === 'exporting'
    ? { resumed: { resumedVerifiedAt: now() }, missing: [] }
    : { missing: reading.notExporting };
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
