import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createCheckClusterActivities, type CheckCluster } from '../../src/activities/check-cluster.ts';
import { createClusters } from '../../src/activities/clusters.ts';
import type { Auth, Endpoint } from '../../src/clients/endpoint.ts';
import type { ClusterConfig } from '../../src/config/config.ts';
import type { CheckClusterResult } from '../../src/model/check-cluster.ts';
import type { FindingCode } from '../../src/model/check-findings.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { createClusterClients } from '../../src/worker/cluster-clients.ts';
import { scripted, shortTiming, type ScriptedLock } from './activity-world.ts';

/** A cluster in which one thing is wrong, and what a check must call it. */
export interface Misconfiguration {
  readonly title: string;
  /** All that is found, each code once. */
  readonly codes: readonly FindingCode[];
  readonly simulator?: SimulatorOptions;
  /** Changes the cluster file. */
  readonly config?: (config: ClusterConfig, simulator: Simulator) => ClusterConfig;
  /** What is done to the cluster. */
  readonly arrange?: (simulator: Simulator) => unknown;
  /** Some server does not answer: that ends with the check's patience. */
  readonly hangs?: true;
  readonly lock?: ScriptedLock;
  readonly input?: Partial<CheckCluster>;
}

// Loading the SDK takes longer than these checks have patience.
await import('../../src/stores/s3.ts');

const user = { username: 'backup', password: 'a-password-nobody-guesses' };
const auth: Auth = { type: 'basic', ...user };
/** Where a server hangs it is waited for; elsewhere a busy machine must not look like one. */
const patienceMs = { hanging: 2_000, answering: 9_000 } as const;

/** Checks a cluster in which nothing is wrong but what is asked for. */
export async function check(
  wrong: Omit<Misconfiguration, 'title' | 'codes'>,
): Promise<{ readonly result: CheckClusterResult; readonly simulator: Simulator }> {
  const simulator = await startSimulator({ managementUser: user, gatewayTimeoutMs: 100, ...wrong.simulator });
  const good = goodConfig(simulator);
  const config = wrong.config?.(good, simulator) ?? good;
  const clients = createClusterClients({ clusters: { [config.name]: config }, timing: shortTiming });
  try {
    await wrong.arrange?.(simulator);
    const activities = createCheckClusterActivities({
      clusters: createClusters(clients.clusters),
      lock: scripted(wrong.lock ?? {}),
      patienceMs: wrong.hangs === true ? patienceMs.hanging : patienceMs.answering,
    });
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const input: CheckCluster = { cluster: config.name, verifyRepository: true, ...wrong.input };
    const result = await environment.run<[CheckCluster], CheckClusterResult, typeof activities.checkCluster>(
      activities.checkCluster,
      input,
    );
    return { result, simulator };
  } finally {
    await clients.close();
    await simulator.close();
  }
}

/** The codes that were found, each once, sorted. */
export const codesOf = ({ findings }: CheckClusterResult): readonly FindingCode[] =>
  [...new Set(findings.map(({ code }) => code))].toSorted();

const open = (url: string): Endpoint => ({ url, basePath: '', timeoutMs: 9_000 });
const guarded = (url: string): Endpoint => ({ ...open(url), auth });

function goodConfig({ urls, repository, settings }: Simulator): ClusterConfig {
  const app = (key: 'operate' | 'tasklist' | 'optimize') =>
    urls[key] === undefined ? {} : { [key]: guarded(urls[key]) };
  const { backupStore } = settings;
  return {
    name: 'prod',
    zeebe: {
      gateway: guarded(urls.gateway),
      brokers: urls.brokers.map((url, nodeId) => ({ nodeId, endpoint: guarded(url) })),
      verification: 'every-broker',
    },
    ...app('operate'),
    ...app('tasklist'),
    ...app('optimize'),
    searchEngine: {
      ...open(urls.searchEngine),
      repository,
      recordIndexPrefix: 'zeebe-record',
      operateIndexPrefix: 'operate',
      tasklistIndexPrefix: 'tasklist',
      optimizeIndexPrefix: 'optimize',
    },
    ...(backupStore?.kind === 's3' && urls.backupStore !== undefined
      ? {
          backupStore: {
            type: 's3',
            bucket: backupStore.bucket,
            basePath: backupStore.basePath ?? '',
            region: 'us-east-1',
            endpoint: urls.backupStore,
            forcePathStyle: true,
            accessKeyId: 'key',
            secretAccessKey: 'a-secret-nobody-guesses',
          },
        }
      : {}),
  };
}

/** Changes one section of a cluster file. */
export const withZeebe =
  (change: (zeebe: ClusterConfig['zeebe'], simulator: Simulator) => Partial<ClusterConfig['zeebe']>) =>
  (config: ClusterConfig, simulator: Simulator): ClusterConfig => ({
    ...config,
    zeebe: { ...config.zeebe, ...change(config.zeebe, simulator) },
  });

export const withEngine =
  (change: Partial<ClusterConfig['searchEngine']>) =>
  (config: ClusterConfig): ClusterConfig => ({ ...config, searchEngine: { ...config.searchEngine, ...change } });

/** What a server answers by itself, to be changed and answered again. */
export async function answerOf(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    headers: { authorization: `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}` },
  });
  return answer.json();
}
