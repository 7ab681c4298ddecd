/** Elasticsearch or OpenSearch, as far as both tell the same. */
export interface SearchEngineInfo {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
}

export interface SearchEngineIndex {
  readonly name: string;
  readonly createdAtMs: number;
}
