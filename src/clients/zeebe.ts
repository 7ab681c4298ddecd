import { z } from 'zod';
import type { ClusterTopology, ConfiguredExporter, PartitionReplica, Position } from '../model/zeebe.ts';
import { RejectedError } from './errors.ts';
import type { Call, Http } from './http.ts';
import { readSamples } from './prometheus.ts';
import { readBuildVersion } from './wire.ts';
import { configuredExporters, nodeIdIn } from './zeebe-configprops.ts';
import { clusterTopology, partitionReplicas } from './zeebe-shapes.ts';

/** Which kind of pause to ask for. `hard` only where a version has no soft pause; never on top of a soft pause. */
export type PauseKind = 'soft' | 'hard';

/**
 * The cluster-wide part of Zeebe's management API, at the gateway (or at a broker with an embedded gateway); backups are
 * in `zeebe-backups.ts`. Pausing and resuming are idempotent. All methods throw the three errors of `errors.ts`.
 */
export interface ZeebeGatewayClient {
  /** `build.version` of `GET /actuator/info`, "8.6.0" for instance. */
  readVersion(signal?: AbortSignal): Promise<string>;
  readTopology(signal?: AbortSignal): Promise<ClusterTopology>;
  pauseExporting(kind: PauseKind, signal?: AbortSignal): Promise<void>;
  resumeExporting(signal?: AbortSignal): Promise<void>;
}

/** Exporter and checkpoint values that a broker publishes as metrics only. Absent ones are simply not in the lists. */
export interface BrokerMetrics {
  /**
   * Acknowledged position per exporter and partition, where the version publishes it. A float on the wire: exact up to
   * 2^53.
   */
  readonly acknowledged: readonly {
    readonly exporter: string;
    readonly partitionId: number;
    readonly position: Position;
  }[];
  /** Highest checkpoint ID per partition, deleted backups included. */
  readonly checkpointIds: readonly { readonly partitionId: number; readonly checkpointId: number }[];
}

/** One broker's own management API: what only the broker itself can tell, and the emergency resume up to 8.9. */
export interface ZeebeBrokerClient {
  /** `zeebe.broker.cluster.nodeId` where the broker tells it; undefined where it does not. */
  readNodeId(signal?: AbortSignal): Promise<number | undefined>;
  /** The exporters of its configuration, as far as the broker tells them: empty says nothing. */
  readExporters(signal?: AbortSignal): Promise<readonly ConfiguredExporter[]>;
  readVersion(signal?: AbortSignal): Promise<string>;
  /**
   * The replicas that this broker hosts. An empty list is a real answer: for a moment after a start, on an internal
   * time-out, and for a broker whose partitions failed to start. It never means "exporting".
   */
  readPartitions(signal?: AbortSignal): Promise<readonly PartitionReplica[]>;
  readMetrics(signal?: AbortSignal): Promise<BrokerMetrics>;
  /** `POST /actuator/partitions/resumeExporting`: this broker only, fire and forget. */
  resumeExporting(signal?: AbortSignal): Promise<void>;
}

/**
 * `pauseTimeoutMs` replaces the endpoint's deadline for a pause: a pause must not land after its workflow has given it
 * up.
 */
export function createZeebeGatewayClient(
  http: Http,
  options: { readonly pauseTimeoutMs?: number } = {},
): ZeebeGatewayClient {
  return {
    readVersion: (signal) => readBuildVersion(http, signal),

    readTopology: (signal) => http.read({ method: 'GET', path: '/actuator/cluster', signal }, clusterTopology),

    pauseExporting: (kind, signal) =>
      controlExporting(http, {
        method: 'POST',
        path: `/actuator/exporting/pause${kind === 'soft' ? '?soft=true' : ''}`,
        signal,
        timeoutMs: options.pauseTimeoutMs,
      }),

    resumeExporting: (signal) => controlExporting(http, { method: 'POST', path: '/actuator/exporting/resume', signal }),
  };
}

export function createZeebeBrokerClient(http: Http): ZeebeBrokerClient {
  return {
    readNodeId: async (signal) => nodeIdIn(await readConfiguration(http, signal)),

    readExporters: async (signal) => configuredExporters(await readConfiguration(http, signal)),

    readVersion: (signal) => readBuildVersion(http, signal),

    readPartitions: (signal) => http.read({ method: 'GET', path: '/actuator/partitions', signal }, partitionReplicas),

    async readMetrics(signal) {
      const call: Call = { method: 'GET', path: '/actuator/prometheus', accept: 'text', signal };
      return brokerMetrics(await http.read(call, z.string()));
    },

    async resumeExporting(signal) {
      const call: Call = { method: 'POST', path: '/actuator/partitions/resumeExporting', signal };
      const { status } = await http.send(call);
      // What an operation that this version does not know answers: nothing was done.
      if (status === 204) throw http.unexpected(call, 'this broker does not know the operation');
    },
  };
}

/**
 * Versions with a soft pause answer HTTP 200 whatever happened and put the real status into the body; older ones answer
 * a real 204. Trusting the HTTP status reads a failed pause as a pause.
 * https://github.com/camunda/camunda-docs/issues/8435
 */
async function controlExporting(http: Http, call: Call): Promise<void> {
  const answer = await http.send(call);
  if (answer.status === 204) return;
  const verdict = exportingVerdict.safeParse(answer.body);
  if (!verdict.success) throw http.unexpected(call, `there is no verdict in the body of this ${answer.status}`);
  const { status, body } = verdict.data;
  if (status < 200 || status > 299) throw http.rejected(call, status, body);
}

const exportingVerdict = z.object({ status: z.int(), body: z.unknown().optional() });

/** undefined where the endpoint is switched off or hidden: that is not a broken broker. */
async function readConfiguration(http: Http, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return (await http.send({ method: 'GET', path: '/actuator/configprops/zeebe.broker', signal })).body;
  } catch (error) {
    if (error instanceof RejectedError && error.status < 500) return undefined;
    throw error;
  }
}

const acknowledgedPosition = 'zeebe_exporter_last_updated_exported_position';
const checkpointId = 'zeebe_checkpoint_id';

function brokerMetrics(text: string): BrokerMetrics {
  const samples = readSamples(text, [acknowledgedPosition, checkpointId]).filter(
    ({ value, labels }) => Number.isInteger(value) && /^\d+$/.test(labels['partition'] ?? ''),
  );
  const of = (metric: string): typeof samples => samples.filter(({ name }) => name === metric);
  return {
    acknowledged: of(acknowledgedPosition).map(({ labels, value }) => ({
      exporter: labels['exporter'] ?? '',
      partitionId: Number(labels['partition']),
      position: BigInt(value).toString(),
    })),
    checkpointIds: of(checkpointId).map(({ labels, value }) => ({
      partitionId: Number(labels['partition']),
      checkpointId: value,
    })),
  };
}
