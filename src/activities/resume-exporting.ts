import { ApplicationFailure, Context } from '@temporalio/activity';
import { askBrokers, readTopology } from '../clients/brokers.ts';
import { resumeUntilVerified, type ResumedExporting } from '../clients/resume-exporting.ts';
import type { ExportingFacts, OperationTiming } from '../model/cluster-facts.ts';
import { FailureType } from '../model/failures.ts';
import { replicasIn } from '../model/others-pause.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating, namedBefore } from './heartbeat.ts';
import { polling } from './wait.ts';

export interface ResumeExporting extends ExportingFacts {
  /** ISO 8601: until when a pause call of ours may still land. Exporting is verified again after it. */
  readonly pauseMayLandUntil?: string;
}

/** What the activity returns: how the resume ended, and what it lifted that was not ours. */
export interface Resumed extends ResumedExporting {
  /** Replicas that were PAUSED although we only pause softly, one clause each, bounded; absent for none. */
  readonly hardPaused?: readonly string[];
}

/** The first resume does not wait longer than this to know what it lifts. */
const patienceMs = 1_000;

const shownReplicas = 8;

export function createResumeActivities({
  clusters,
  timing: configuredTiming,
  searchAttributes,
}: {
  readonly clusters: Clusters;
  readonly timing: OperationTiming;
  readonly searchAttributes?: () => Promise<readonly SearchAttributeName[]>;
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
      const registered = await searchAttributes?.();
      return {
        cluster: name,
        topology,
        timing: configuredTiming,
        ...(registered === undefined ? {} : { searchAttributes: registered }),
      };
    },

    /**
     * Resumes exporting and ends only when every replica of every partition on every broker was read as EXPORTING. Every error is worth
     * another attempt, 401 and 404 too: the gateway refuses while one broker is down, so each reachable broker is then resumed by itself,
     * and one that returns with its old phase is resumed when it is back. The heartbeat says what is missing. After a soft pause of ours it
     * looks first, for a moment, which replicas somebody paused hard meanwhile: they are resumed, too, and returned.
     */
    async resumeExporting({
      cluster: name,
      topology,
      timing,
      pauseMayLandUntil,
      pauseKind,
    }: ResumeExporting): Promise<Resumed> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = configured(clusters, name);
      return heartbeating(async (beat) => {
        const poll = polling(timing);
        const looks = pauseKind === 'soft' && cluster.verification === 'every-broker';
        // An earlier attempt may have lifted what it saw.
        const hardPaused = new Set(looks ? namedBefore('hardPaused') : []);
        const others = () => (hardPaused.size === 0 ? {} : { hardPaused: [...hardPaused].slice(0, shownReplicas) });
        if (looks) {
          for (const replica of replicasIn(await askBrokers(cluster, signal, patienceMs), ['PAUSED']))
            hardPaused.add(replica);
          if (hardPaused.size > 0) beat(others());
        }
        const resumed = await resumeUntilVerified(cluster, {
          topology,
          pauseMayLandUntil,
          signal,
          seen({ tries, refusal, resumed: exporting, missing, hardPaused: found }) {
            if (looks) for (const replica of found) hardPaused.add(replica);
            beat({
              waitingFor: exporting === undefined ? 'every replica EXPORTING' : 'a lost pause call that may still land',
              seen: missing,
              gateway: refusal ?? 'accepted the resume',
              tries,
              seconds: poll.seconds(),
              ...others(),
            });
          },
          pause: () => poll.pause(),
        });
        return { ...resumed, ...others() };
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
