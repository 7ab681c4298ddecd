import { expect, test } from 'vitest';
import { exportsRecords } from '../../../src/model/record-exporters.ts';

const ofClass = (className: string) => [{ id: 'mine', className }];

test.each([
  ['io.camunda.zeebe.exporter.ElasticsearchExporter', 'yes'],
  ['io.camunda.zeebe.exporter.opensearch.OpensearchExporter', 'yes'],
  ['io.camunda.exporter.CamundaExporter', 'no'],
  ['io.camunda.exporter.rdbms.RdbmsExporter', 'no'],
  ['com.example.FilteringElasticsearchExporter', 'probably'],
])('the class decides: %s', (className, expected) => {
  expect(exportsRecords('mine', ofClass(className))).toBe(expected);
});

test('the class decides even against the ID', () => {
  const configured = [{ id: 'elasticsearch', className: 'io.camunda.exporter.CamundaExporter' }];
  expect(exportsRecords('elasticsearch', configured)).toBe('no');
});

test.each([
  ['camundaexporter', 'no'],
  ['camundaExporter', 'no'],
  ['elasticsearch', 'yes'],
  ['opensearch2', 'yes'],
  ['kafka', 'probably'],
])('where the class is not told, the usual IDs do: %s', (id, expected) => {
  expect(exportsRecords(id, ofClass('io.camunda.exporter.CamundaExporter'))).toBe(expected);
});
