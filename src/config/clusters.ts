import type { Endpoint } from '../clients/endpoint.ts';
import { locationOf } from '../model/store-options.ts';
import type { BrokerConfig, ClusterConfig } from './config.ts';
import { readEndpoint } from './endpoint.ts';
import type { Outside } from './secrets.ts';
import type { Section } from './section.ts';
import { show } from './problems.ts';
import { createStoreClaims, readBackupStore, readCatalogue, type StoreClaims } from './stores.ts';
import { NodeId, oneOf, textLike } from './values.ts';

const clusterName = /^[a-z0-9][a-z0-9-]{0,62}$/;
// Names that end up in a pattern: a wildcard or a comma in them would widen it to other people's indices.
const IndexPrefix = textLike(/^[a-z0-9][a-z0-9._-]*$/, 'lower-case letters, digits, ".", "_" and "-" only');
const RepositoryName = textLike(/^[^\s/\\*?,"<>|#]+$/, 'no spaces, slashes, wildcards, commas or quotes');

/** Reads the outermost section: all clusters that hold together. */
export function readClusters(section: Section, outside: Outside): readonly ClusterConfig[] {
  const found = section.section('clusters', (clusters) => {
    const names = clusters.names();
    if (names.length === 0) clusters.report('names no cluster; give at least one');
    const seen = new Map<string, string>();
    const stores = createStoreClaims();
    return names.flatMap((name) => {
      if (!clusterName.test(name)) {
        clusters.report(
          'is not a cluster name: at most 63 lower-case letters, digits and "-", not beginning with "-"',
          name,
        );
      }
      const cluster = clusters.section(name, (child) => readCluster(child, name, outside, seen, stores));
      return cluster === undefined ? [] : [cluster];
    });
  });
  return found ?? [];
}

function readCluster(
  section: Section,
  name: string,
  outside: Outside,
  seen: Map<string, string>,
  stores: StoreClaims,
): ClusterConfig | undefined {
  const zeebe = section.section('zeebe', (child) => readZeebe(child, name, outside, seen));
  const webApp = (key: string): Endpoint | undefined =>
    section.optionalSection(key, (child) => {
      const endpoint = readEndpoint(child, outside);
      if (endpoint !== undefined) claim(child, seen, name, `${key} ${address(endpoint)}`);
      return endpoint;
    });
  const [operate, tasklist, optimize] = [webApp('operate'), webApp('tasklist'), webApp('optimize')];
  const webApps = webApp('webApps');
  const separate = ['operate', 'tasklist'].filter((key) => section.has(key));
  if (section.has('webApps') && separate.length > 0) {
    section.report(
      `contradicts '${separate.join("' and '")}': up to 8.7 each has its own section, from 8.8 on they are one`,
      'webApps',
    );
  }
  const searchEngine = section.section('searchEngine', (child) => readSearchEngine(child, name, outside, seen));
  const backupStore = section.optionalSection('backupStore', (child) => {
    const store = readBackupStore(child, outside);
    if (store !== undefined) {
      const { server, container, folder } = locationOf(store);
      claim(child, seen, name, `backup store ${server} ${container}/${folder.slice(0, -1)}`);
      stores.claim(child, name, 'backup store', store);
    }
    return store;
  });
  const catalogue = section.optionalSection('catalogue', (child) => {
    const found = readCatalogue(child, outside);
    if (found !== undefined) stores.claim(child, name, 'catalogue', found.store);
    return found;
  });
  if (zeebe === undefined || searchEngine === undefined) return undefined;
  return {
    name,
    zeebe,
    ...(operate === undefined ? {} : { operate }),
    ...(tasklist === undefined ? {} : { tasklist }),
    ...(optimize === undefined ? {} : { optimize }),
    ...(webApps === undefined ? {} : { webApps }),
    searchEngine,
    ...(backupStore === undefined ? {} : { backupStore }),
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}

export function readZeebe(
  section: Section,
  name: string,
  outside: Outside,
  seen: Map<string, string>,
): ClusterConfig['zeebe'] | undefined {
  const gateway = section.section('gateway', (child) => {
    const endpoint = readEndpoint(child, outside);
    if (endpoint !== undefined) claim(child, seen, name, `Zeebe ${address(endpoint)}`);
    return endpoint;
  });
  const brokers = readBrokers(section, name, outside, seen);
  const verification = section.optionalValue('verification', oneOf(['every-broker', 'gateway-only'])) ?? 'every-broker';
  if (verification === 'every-broker' && !section.has('brokers')) {
    section.report(
      "needs brokers: the management address of every broker, where a resume is verified. Choose 'verification: gateway-only' " +
        'if they cannot be reached; a resume is then accepted, never verified',
    );
  }
  if (verification === 'gateway-only' && section.has('brokers')) {
    section.report("contradicts 'brokers': remove one of the two", 'verification');
  }
  return gateway === undefined || brokers === undefined ? undefined : { gateway, brokers, verification };
}

function readBrokers(
  section: Section,
  name: string,
  outside: Outside,
  seen: Map<string, string>,
): readonly BrokerConfig[] | undefined {
  const nodes = new Map<number, string>();
  const addresses = new Map<string, string>();
  const brokers = section.list('brokers', (child) => {
    const nodeId = child.value('nodeId', NodeId);
    const endpoint = readEndpoint(child, outside);
    if (nodeId !== undefined) {
      const first = nodes.get(nodeId);
      if (first !== undefined) child.report(`${nodeId} is already the broker of ${first}`, 'nodeId');
      nodes.set(nodeId, child.place);
    }
    if (endpoint !== undefined) {
      const first = addresses.get(address(endpoint));
      if (first !== undefined) {
        child.report(`${address(endpoint)} is already the broker of ${first}; each broker has its own address`, 'url');
      }
      addresses.set(address(endpoint), child.place);
      claim(child, seen, name, `Zeebe ${address(endpoint)}`);
    }
    return nodeId === undefined || endpoint === undefined ? undefined : { nodeId, endpoint };
  });
  if (brokers?.length === 0) section.report('is an empty list; give every broker', 'brokers');
  if (brokers?.includes(undefined)) return undefined;
  return brokers?.flatMap((broker) => broker ?? []) ?? [];
}

function readSearchEngine(
  section: Section,
  name: string,
  outside: Outside,
  seen: Map<string, string>,
): ClusterConfig['searchEngine'] | undefined {
  const endpoint = readEndpoint(section, outside);
  const repository = section.value('repository', RepositoryName);
  const recordIndexPrefix = section.optionalValue('recordIndexPrefix', IndexPrefix) ?? 'zeebe-record';
  const operateIndexPrefix = section.optionalValue('operateIndexPrefix', IndexPrefix) ?? 'operate';
  const tasklistIndexPrefix = section.optionalValue('tasklistIndexPrefix', IndexPrefix) ?? 'tasklist';
  const optimizeIndexPrefix = section.optionalValue('optimizeIndexPrefix', IndexPrefix) ?? 'optimize';
  const webAppsIndexPrefix = section.optionalValue('webAppsIndexPrefix', IndexPrefix);
  if (endpoint === undefined || repository === undefined) return undefined;
  claim(section, seen, name, `exported records ${recordIndexPrefix} in ${address(endpoint)}`);
  return {
    ...endpoint,
    repository,
    recordIndexPrefix,
    operateIndexPrefix,
    tasklistIndexPrefix,
    optimizeIndexPrefix,
    ...(webAppsIndexPrefix === undefined ? {} : { webAppsIndexPrefix }),
  };
}

/** Two names for one cluster would be two locks on it. */
function claim(section: Section, seen: Map<string, string>, cluster: string, what: string): void {
  const owner = seen.get(what);
  if (owner === undefined) seen.set(what, cluster);
  else if (owner !== cluster) {
    section.report(
      `${what} already belongs to cluster ${show(owner)}: two names for one cluster would be two locks. Remove one`,
    );
  }
}

const address = ({ url, basePath }: Endpoint): string => `${url}${basePath}`;
