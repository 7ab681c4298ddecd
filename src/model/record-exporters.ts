import type { ConfiguredExporter } from './zeebe.ts';

/** `probably`: only the exporter's name is known, and it says nothing. */
export type ExportsRecords = 'yes' | 'no' | 'probably';

const recordExporters: readonly string[] = [
  'io.camunda.zeebe.exporter.ElasticsearchExporter',
  'io.camunda.zeebe.exporter.opensearch.OpensearchExporter',
];

/**
 * Whether an exporter of 8.8 writes the record indices that Optimize imports from. The Camunda exporter does not: it writes what the web
 * applications show. IDs are chosen freely (`camundaexporter` is usual), so that the class decides where it is known.
 */
export function exportsRecords(id: string, configured: readonly ConfiguredExporter[]): ExportsRecords {
  const className = configured.find((exporter) => exporter.id === id)?.className;
  if (className !== undefined) return recordExporters.includes(className) ? 'yes' : 'no';
  if (/^(elasticsearch|opensearch)/i.test(id)) return 'yes';
  return /^camunda/i.test(id) ? 'no' : 'probably';
}
