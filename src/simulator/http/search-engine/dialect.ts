/** In what the answers of Elasticsearch and OpenSearch differ everywhere. */
export interface EngineDialect {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  readonly clusterName: string;
  readonly nodeName: string;
  readonly nodeId: string;
  /** What OpenSearch calls it since 2.0. */
  readonly masterNode: 'master' | 'cluster-manager';
  readonly contentType: string;
  /** Version that snapshots say they were written by. */
  readonly snapshotVersion: { readonly version_id: number; readonly version: string };
}

export function engineDialect(product: EngineDialect['product'], version: string): EngineDialect {
  const common = { product, version, clusterName: 'simulated', nodeName: 'simulated-0' };
  return product === 'opensearch'
    ? {
        ...common,
        nodeId: '7Dbfv2ubTVyWmSdyCU7kKg',
        masterNode: 'cluster-manager',
        contentType: 'application/json; charset=UTF-8',
        snapshotVersion: { version_id: versionNumber(version) ^ 0x08000000, version },
      }
    : {
        ...common,
        nodeId: '15KCSUWbQImWhpmWJub2BQ',
        masterNode: 'master',
        contentType: 'application/json',
        // The version of the index format, and the releases that share it.
        snapshotVersion: { version_id: 8_518_000, version: version.startsWith('8.16.') ? '8.16.0-8.16.1' : version },
      };
}

/** 2.19.3 is 2190399. */
function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 10_000 + patch * 100 + 99;
}

export function rootBody(dialect: EngineDialect): object {
  const { nodeName: name, clusterName: cluster_name, version: number } = dialect;
  if (dialect.product === 'opensearch') {
    return {
      name,
      cluster_name,
      cluster_uuid: 'xBqEyST3RO6JIyPtUeAc6g',
      version: {
        distribution: 'opensearch',
        number,
        build_type: 'zip',
        build_hash: 'a90f864b8524bc75570a8461ccb569d2a4bfed42',
        build_date: '2025-07-21T22:34:18.003652598Z',
        build_snapshot: false,
        lucene_version: '9.12.2',
        minimum_wire_compatibility_version: '7.10.0',
        minimum_index_compatibility_version: '7.0.0',
      },
      tagline: 'The OpenSearch Project: https://opensearch.org/',
    };
  }
  return {
    name,
    cluster_name,
    cluster_uuid: 'B_acCmw9T3e7_U3HvTtaKQ',
    version: {
      number,
      build_flavor: 'default',
      build_type: 'zip',
      build_hash: 'ffe992aa682c1968b5df375b5095b3a21f122bf3',
      build_date: '2024-11-19T16:00:31.793213192Z',
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  };
}
