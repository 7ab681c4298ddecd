import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answersOk } from '../../src/parts/http.ts';
import { installedParts } from './installed.ts';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';
import type { Broker } from './zeebe.ts';

export interface WebAppPart extends Part {
  readonly url: string;
  readonly managementUrl: string;
}

export interface WebAppOptions {
  readonly folder: string;
  readonly elasticsearchUrl: string;
  readonly repository: string;
  readonly gateway: Pick<Broker, 'gatewayAddress' | 'restUrl'>;
}

/** Starts Operate or Tasklist. Elasticsearch and a Zeebe gateway must answer: both end when no gateway does. */
export async function startWebApp(app: 'operate' | 'tasklist', options: WebAppOptions): Promise<WebAppPart> {
  const ports = { web: await freePort(), management: await freePort(), cluster: await freePort() };
  const { camundaHome, camundaJavaHome } = installedParts();
  mkdirSync(options.folder, { recursive: true });
  const prefix = `CAMUNDA_${app.toUpperCase()}`;
  const managementUrl = `http://127.0.0.1:${ports.management}`;
  const part = await startPart({
    name: app === 'operate' ? 'Operate' : 'Tasklist',
    command: join(camundaHome, 'bin', app),
    args: [],
    env: {
      JAVA_HOME: camundaJavaHome,
      JAVA_OPTS: '-Xms256m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
      SERVER_ADDRESS: '127.0.0.1',
      SERVER_PORT: String(ports.web),
      MANAGEMENT_SERVER_ADDRESS: '127.0.0.1',
      MANAGEMENT_SERVER_PORT: String(ports.management),
      [`${prefix}_ELASTICSEARCH_URL`]: options.elasticsearchUrl,
      [`${prefix}_ZEEBEELASTICSEARCH_URL`]: options.elasticsearchUrl,
      [`${prefix}_ZEEBE_GATEWAYADDRESS`]: options.gateway.gatewayAddress,
      [`${prefix}_BACKUP_REPOSITORYNAME`]: options.repository,
      ...(app === 'tasklist' ? { [`${prefix}_ZEEBE_RESTADDRESS`]: options.gateway.restUrl } : {}),
      // Each starts a gateway client of its own, by default on one port for both.
      ZEEBE_GATEWAY_CLUSTER_HOST: '127.0.0.1',
      ZEEBE_GATEWAY_CLUSTER_PORT: String(ports.cluster),
    },
    cwd: options.folder,
    logFile: join(options.folder, `${app}.log`),
    ready: (signal) => answersOk(`${managementUrl}/actuator/health/readiness`, signal),
    readyWithinMs: 300_000,
  });
  return { ...part, url: `http://127.0.0.1:${ports.web}`, managementUrl };
}
