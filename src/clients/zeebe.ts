import { z } from 'zod';
import type { ClusterTopology, PartitionReplica, Position, ZeebeBackup } from '../model/zeebe.ts';
import { RejectedError } from './errors.ts';
import type { Call, Http, Rejection } from './http.ts';
import { readSamples } from './prometheus.ts';
import { readBuildVersion } from './wire.ts';
import { clusterTopology, partitionReplicas, zeebeBackup } from './zeebe-shapes.ts';

/** Which kind of pause to ask for. `hard` only where a version has no soft pause; never on top of a soft pause. */
export type PauseKind = 'soft' | 'hard';

/**
 * The cluster-wide part of Zeebe's management API, at the gateway (or at a broker with an embedded gateway).
 *
 * Pausing and resuming are idempotent. Taking a backup is not: a used ID is rejected with 409, and only the caller can
 * tell whether that backup is its own. All methods throw the three errors of `errors.ts`.
 */
export interface ZeebeGatewayClient {
  /** `build.version` of `GET /actuator/info`, "8.6.0" for instance. */
  readVersion(signal?: AbortSignal): Promise<string>;
  readTopology(signal?: AbortSignal): Promise<ClusterTopology>;
  pauseExporting(kind: PauseKind, signal?: AbortSignal): Promise<void>;
  resumeExporting(signal?: AbortSignal): Promise<void>;
  /**
   * Schedules a backup. 202 does not mean that the store works. A RejectedError has type `BACKUP_EXISTS` when the ID is
   * used or too low (see `latestBackupIdOf`), and `NO_BACKUP_STORE` when none is configured.
   */
  takeBackup(backupId: number, signal?: AbortSignal): Promise<void>;
  /** State `DOES_NOT_EXIST` for an unknown ID. */
  getBackup(backupId: number, signal?: AbortSignal): Promise<ZeebeBackup>;
  listBackups(signal?: AbortSignal): Promise<readonly ZeebeBackup[]>;
  /** Also succeeds when nothing existed. The ID stays burnt. */
  deleteBackup(backupId: number, signal?: AbortSignal): Promise<void>;
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
  const backups = '/actuator/backups';
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

    async takeBackup(backupId, signal) {
      await http.read({ method: 'POST', path: backups, body: { backupId }, signal, classify }, scheduled);
    },

    async getBackup(backupId, signal) {
      const call: Call = { method: 'GET', path: `${backups}/${backupId}`, signal, classify };
      try {
        const backup = await http.read(call, zeebeBackup);
        if (backup.backupId === backupId) return backup;
        throw http.unexpected(call, `it is about backup ${backup.backupId}`);
      } catch (error) {
        if (error instanceof RejectedError && error.type === 'BACKUP_NOT_FOUND') {
          return { backupId, state: 'DOES_NOT_EXIST', partitions: [] };
        }
        throw error;
      }
    },

    listBackups: (signal) => http.read({ method: 'GET', path: backups, signal, classify }, z.array(zeebeBackup)),

    async deleteBackup(backupId, signal) {
      await http.send({ method: 'DELETE', path: `${backups}/${backupId}`, signal, classify });
    },
  };
}

export function createZeebeBrokerClient(http: Http): ZeebeBrokerClient {
  return {
    async readNodeId(signal) {
      try {
        const answer = await http.send({ method: 'GET', path: '/actuator/configprops/zeebe.broker', signal });
        return nodeIdIn(answer.body);
      } catch (error) {
        // An endpoint that is switched off or hidden is not a broken broker.
        if (error instanceof RejectedError && error.status < 500) return undefined;
        throw error;
      }
    },

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

/** The highest used ID, where a `BACKUP_EXISTS` rejection of Zeebe names it: the next ID must be above. */
export function latestBackupIdOf(error: unknown): number | undefined {
  const id = error instanceof RejectedError ? latestBackupId.exec(error.reason)?.[1] : undefined;
  return id === undefined ? undefined : Number(id);
}

const latestBackupId = /The latest backup has id (\d+)/;

function classify({ status, dialect, reason }: Rejection): string | undefined {
  if (reason.includes('No backup store is configured')) return 'NO_BACKUP_STORE';
  // 409 alone is not enough: later versions also answer it while scaling.
  if (status === 409 && latestBackupId.test(reason)) return 'BACKUP_EXISTS';
  // Spring's own 404 means an absent endpoint or a wrong base path.
  if (status === 404 && dialect === 'application' && /^Backup with id -?\d+ does not exist/.test(reason))
    return 'BACKUP_NOT_FOUND';
  return undefined;
}

const scheduled = z.object({ message: z.string() });

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

/** `contexts.<name>.beans.<name>.properties.cluster.nodeId` of Spring's configuration properties. */
function nodeIdIn(configprops: unknown): number | undefined {
  const parsed = brokerProperties.safeParse(configprops);
  if (!parsed.success) return undefined;
  const ids = Object.values(parsed.data.contexts)
    .flatMap(({ beans }) => Object.values(beans))
    .map(({ properties }) => properties.cluster?.nodeId);
  return ids.find((id) => id !== undefined);
}

const brokerProperties = z.object({
  contexts: z.record(
    z.string(),
    z.object({
      beans: z.record(
        z.string(),
        z.object({
          properties: z.object({ cluster: z.object({ nodeId: z.int().optional().catch(undefined) }).optional() }),
        }),
      ),
    }),
  ),
});

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
