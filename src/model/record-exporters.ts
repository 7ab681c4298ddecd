import type { ConfiguredExporter } from './zeebe.ts';

/** `probably`: nothing that is known of the exporter says it, so that indices which look like its records count. */
export type ExportsRecords = 'yes' | 'no' | 'probably';

const recordExporters: readonly string[] = [
  'io.camunda.zeebe.exporter.ElasticsearchExporter',
  'io.camunda.zeebe.exporter.opensearch.OpensearchExporter',
];

/**
 * Whether an exporter of 8.8 writes the record indices that Optimize imports from. The Camunda exporter does not: it writes what the web
 * applications show. IDs are chosen freely (`camundaexporter` is usual), so that the class decides where it is known. Somebody's own class
 * may be a record exporter with a filter.
 */
export function exportsRecords(id: string, configured: readonly ConfiguredExporter[]): ExportsRecords {
  const className = configured.find((exporter) => exporter.id === id)?.className;
  if (className !== undefined) {
    if (recordExporters.includes(className)) return 'yes';
    return className.startsWith('io.camunda.') ? 'no' : 'probably';
  }
  if (/^(elasticsearch|opensearch)/i.test(id)) return 'yes';
  return /^camunda/i.test(id) ? 'no' : 'probably';
}
