import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { z } from 'zod';
import type { ZeebeCluster } from '../model/zeebe/zeebe-cluster.ts';
import { internalAddress } from '../model/zeebe/exporting.ts';
import type { ExporterPhase } from '../model/zeebe/exporter-phase.ts';
import type { ZeebeBackup } from '../model/zeebe/backup-state.ts';
import { exportsToApplications } from '../options.ts';
import { json, messageError, noContent, parseJson } from './answers.ts';
import { exportingDone, exportingFailed } from './exporting-answers.ts';
import { zeebeDialect, type ZeebeDialect } from './zeebe-dialect.ts';

/** What a gateway serves, and a broker with an embedded one. */
export function gatewayRoutes(cluster: ZeebeCluster): Hono {
  const app = new Hono();
  const dialect = zeebeDialect(cluster.settings.version);

  app.get('/actuator/info', () => json(200, buildInfo(cluster.settings.version)));
  app.get('/actuator/health', () =>
    json(200, {
      status: 'UP',
      components: { brokerReady: { status: 'UP' }, brokerStartup: { status: 'UP' }, brokerStatus: { status: 'UP' } },
      groups: ['readiness', 'startup', 'status'],
    }),
  );
  app.get('/actuator/health/:group', () => json(200, { status: 'UP' }));
  app.get('/actuator/cluster', () => json(200, clusterBody(cluster, dialect)));
  if (dialect.switchesExporters) {
    app.get('/actuator/exporters', () =>
      json(
        200,
        cluster.settings.exporters.map((exporterId) => ({ exporterId, status: 'ENABLED' })),
      ),
    );
  }

  app.post('/actuator/exporting/:operation', (c) => {
    const soft = c.req.query('soft') ?? 'false';
    if (soft !== 'true' && soft !== 'false') return dialect.error(400, c.req.path);
    const phase = phaseOf(c.req.param('operation'), soft === 'true');
    if (!phase) return exportingFailed(null, 'ExportingEndpoint');
    const problem = cluster.exporting.setPhase(phase, { stale: cluster.staleTopology });
    return problem === undefined ? exportingDone() : exportingFailed(problem, 'ExportingControlService');
  });
  app.all('/actuator/exporting/:operation', (c) => dialect.error(405, c.req.path));

  // From 8.8 on `/actuator/backups` is left only on processes that run a single component.
  const api = exportsToApplications(cluster.settings.version) ? 'backupRuntime' : 'backups';
  app.route(`/actuator/${api}`, backupRoutes(cluster, dialect));
  app.notFound((c) => dialect.error(404, c.req.path));
  return app;
}

function backupRoutes(cluster: ZeebeCluster, dialect: ZeebeDialect): Hono {
  const app = new Hono();
  const { backups } = cluster;

  /** The answer of a store that is absent, refuses or does not answer; undefined when it is healthy. */
  const storeProblem = async (taking: boolean): Promise<Response | undefined> => {
    if (cluster.backupStore === 'none') return messageError(400, noStore);
    // Seen on 8.6.0: the take is accepted before the store is asked.
    if (taking || cluster.backupStore === 'healthy') return undefined;
    if (cluster.backupStore === 'refused') return messageError(500, storeRefused);
    await sleep(cluster.settings.gatewayTimeoutMs);
    return messageError(504, timedOut(cluster.settings.gatewayTimeoutMs));
  };

  app.post('/', async (c) => {
    const text = await c.req.text();
    if (text === '') return dialect.error(415, c.req.path);
    const request = takeRequest.safeParse(parseJson(text));
    if (!request.success) {
      const given = z.object({ backupId: z.unknown() }).safeParse(parseJson(text)).data?.backupId;
      return dialect.error(400, c.req.path, given === undefined ? 'Missing parameters: backupId' : unreadable);
    }
    const { backupId } = request.data;
    if (backupId <= 0) return messageError(400, 'A backupId must be provided and it must be > 0');
    const problem = await storeProblem(true);
    if (problem) return problem;
    const outcome = backups.take(backupId);
    if (outcome.taken) {
      return messageError(
        202,
        `A backup with id ${backupId} has been scheduled. Use GET actuator/backups/${backupId} to monitor the status.`,
      );
    }
    if ('latestId' in outcome) {
      return messageError(
        409,
        `Requested backup has id ${backupId}. The latest backup has id ${outcome.latestId}. Id of new backups must be higher than the previous one. `,
      );
    }
    if ('withoutDiskSpace' in outcome) {
      const partition = outcome.withoutDiskSpace;
      const message = `Cannot accept requests for partition ${partition}. Broker is out of disk space`;
      return messageError(503, message);
    }
    return messageError(
      502,
      `Expected partition ${outcome.withoutLeader} to have a leader, but the leader is not known`,
    );
  });

  app.get('/', async () => (await storeProblem(false)) ?? json(200, backups.list().map(listed)));

  app.get('/:id', async (c) => {
    const id = c.req.param('id');
    if (!/^-?\d+$/.test(id)) return dialect.error(400, c.req.path, unreadable);
    const problem = await storeProblem(false);
    if (problem) return problem;
    const backup = backups.get(Number(id));
    return backup ? json(200, backup) : messageError(404, `Backup with id ${id} does not exist`);
  });

  app.delete('/:id', async (c) => {
    const id = c.req.param('id');
    if (!/^-?\d+$/.test(id)) return dialect.error(400, c.req.path, unreadable);
    const problem = await storeProblem(false);
    if (problem) return problem;
    backups.delete(Number(id));
    return noContent();
  });
  return app;
}

const unreadable = 'Parameter mapping failure';
const noStore =
  'Cannot process backup requests. No backup store is configured. To use this feature, configure backup in broker configuration.';
const storeRefused =
  'software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request: Connection refused: /127.0.0.1:26599';
const timedOut = (ms: number): string =>
  `Request from gateway to broker timed out. Request backup-api-1 to ${internalAddress(0)} timed out in PT${ms / 1_000}S`;

// A number as text is accepted too; a fraction and more than 64 bits are not.
const takeRequest = z.object({
  backupId: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .refine((id) => Number.isInteger(id) && Math.abs(id) < 2 ** 63),
});

const phaseOf = (operation: string, soft: boolean): ExporterPhase | undefined => {
  if (operation === 'resume') return 'EXPORTING';
  if (operation === 'pause') return soft ? 'SOFT_PAUSED' : 'PAUSED';
  return undefined;
};

function listed({ backupId, state, failureReason, details }: ZeebeBackup): object {
  return {
    backupId,
    state,
    failureReason,
    // The list form has neither positions nor snapshot.
    details: details.map((part) => ({
      partitionId: part.partitionId,
      state: part.state,
      failureReason: part.failureReason,
      createdAt: part.createdAt,
      brokerVersion: part.brokerVersion,
    })),
  };
}

export const buildInfo = (version: string): object => ({
  build: {
    artifact: 'camunda-zeebe',
    java: { version: '21.0.4' },
    name: 'Zeebe Distribution',
    description: 'Zeebe Distribution',
    time: '2024-10-02T11:04:00.970Z',
    version,
    group: 'io.camunda',
  },
});

function clusterBody({ partitions, brokers, settings }: ZeebeCluster, dialect: ZeebeDialect): object {
  const exporters = settings.exporters.map((id) => ({ id, state: 'ENABLED' }));
  const config = dialect.switchesExporters ? { config: { exporting: { exporters } } } : {};
  const partitionsOf = (nodeId: number): object[] =>
    partitions.flatMap(({ id, replicas }) => {
      const rank = replicas.findIndex((replica) => replica.nodeId === nodeId);
      if (rank < 0) return [];
      return [{ id, state: 'ACTIVE', priority: replicas.length - rank, ...config }];
    });
  return {
    version: 1,
    brokers: brokers.all.map(({ nodeId }) => ({
      id: nodeId,
      state: 'ACTIVE',
      version: 0,
      lastUpdatedAt: '0000-01-01T00:00:00Z',
      partitions: partitionsOf(nodeId),
    })),
  };
}
