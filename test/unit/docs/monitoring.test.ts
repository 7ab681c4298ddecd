import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from '../../../src/worker/metrics.ts';
import { anchorOf, headingsOf, readPage } from './markdown.ts';
import { readPromql } from './promql.ts';

const metrics = createMetrics({ clusters: [{ name: 'prod', gatewayOnly: false }], isRunning: () => true });
const { names } = metrics;
const page = readPage('docs/monitoring.md');

/** https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules */
const Duration = z.string().regex(/^(\d+(ms|[smhdwy]))+$/);
const Rule = z.strictObject({
  alert: z.string().regex(/^Camunda\w+$/),
  expr: z.string(),
  for: Duration.optional(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string().optional(), runbook: z.string() }),
});
/** A value under a name of its own, which the alerts below it read. */
const Recorded = z.strictObject({
  record: z.string().regex(/^(instance|cluster):camunda_backup_\w+:\w+$/),
  expr: z.string(),
});
const Rules = z.strictObject({
  groups: z.array(
    z.strictObject({ name: z.string(), interval: Duration.optional(), rules: z.array(z.union([Rule, Recorded])) }),
  ),
});

/** What Grafana 10 reads of a dashboard's model, as far as this one uses it. */
const Datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const Panel = z.looseObject({
  id: z.int(),
  title: z.string().min(1),
  type: z.enum(['stat', 'timeseries', 'bargauge', 'table']),
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int().min(1), h: z.int().min(1) }),
  datasource: Datasource,
  targets: z
    .array(z.looseObject({ refId: z.string(), datasource: Datasource, expr: z.string(), legendFormat: z.string() }))
    .min(1),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.enum(['s', 'none']) }) }),
});
const Dashboard = z.looseObject({
  title: z.string(),
  uid: z.string().max(40),
  schemaVersion: z.int().min(36),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']) })) }),
  panels: z.array(Panel),
});

const all = Rules.parse(parse(readPage('examples/alerts.yaml').text)).groups.flatMap((group) => group.rules);
const rules = all.flatMap((rule) => ('alert' in rule ? [rule] : []));
const recorded = all.flatMap((rule) => ('record' in rule ? [rule] : []));
const readable = [...names, ...recorded.map(({ record }) => record)];
const dashboard = Dashboard.parse(JSON.parse(readPage('examples/grafana-dashboard.json').text));
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

test('every metric stands in docs/monitoring.md with its type and labels, and none besides', async () => {
  const rows = [...page.text.matchAll(/^\| `(camunda_backup_\w+)` +\| (\w+) +\| ([^|]*?) *\|/gm)];
  const documented = rows.map(([, name, type, labels]) => `${name} ${type} ${labels?.replaceAll('`', '')}`);
  sawEverything();
  const text = await metrics.render();

  expect(rows.map(([, name]) => name)).toEqual(names);
  for (const name of names) {
    const type = new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1];
    expect(documented.filter((row) => row.startsWith(`${name} ${type} `))).toHaveLength(1);
    const labels = new RegExp(`^${name}(?:\\{(.*)\\})? `, 'm').exec(text)?.[1] ?? '';
    expect(documented).toContain(`${name} ${type} ${labels.replaceAll(/="[^"]*"/g, '').replaceAll(',', ', ')}`);
  }
});

test.each([...page.text.matchAll(/camunda_backup_\w+/g)].map(([name]) => name))(
  'the page names %s, which exists',
  (name) => expect(names).toContain(name),
);

test.each(rules)(
  'the alert $alert asks in PromQL for metrics that exist, and stands on the page',
  ({ alert, expr }) => {
    const { errors, metrics } = readPromql(expr);

    expect(errors).toEqual([]);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !readable.includes(name))).toEqual([]);
    expect(page.text).toContain(`| \`${alert}\``);
  },
);

test.each(recorded)('the recorded $record is read by an alert, and reads metrics that exist', ({ record, expr }) => {
  const { errors, metrics } = readPromql(expr);

  expect(errors).toEqual([]);
  expect(metrics.filter((name) => !readable.includes(name))).toEqual([]);
  expect(rules.filter(({ expr: reads }) => readPromql(reads).metrics.includes(record))).not.toEqual([]);
});

test.each(rules)('the alert $alert leads to a section that exists', ({ annotations }) => {
  const [path = '', anchor = ''] = annotations.runbook.split('#');

  expect(headingsOf(readPage(path)).map(anchorOf)).toContain(anchor);
});

test('the page names no alert that does not exist', () => {
  const named = [...page.text.matchAll(/^\| `(Camunda\w+)`/gm)].map(([, name]) => name);

  expect(named).toEqual(rules.map(({ alert }) => alert));
});

test.each(queries)('the panel "$title" asks in PromQL for metrics that exist: $expr', ({ expr }) => {
  const { errors, metrics } = readPromql(expr);

  expect(errors).toEqual([]);
  expect(metrics.filter((name) => !names.includes(name))).toEqual([]);
  expect(metrics.length).toBeGreaterThan(0);
});

test('no query adds up what every worker shows, but for the workers themselves', () => {
  const sums = [...rules, ...queries].filter(({ expr }) => /\bsum\b/.test(expr)).map(({ expr }) => expr);

  expect(sums).toEqual(['sum(camunda_backup_worker_running) or vector(0)']);
});

test('the panels of the dashboard have an ID and a place of their own, and use only variables that it has', () => {
  const { panels, templating } = dashboard;
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  const variables = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]+)\b/g)].map(([, name]) => name);

  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  expect(new Set(variables)).toEqual(new Set(templating.list.map(({ name }) => name)));
});

test('the grammar finds an expression that is none', () => {
  expect(readPromql('max by (cluster (up) > 1').errors).not.toEqual([]);
  expect(readPromql('rate(up[5m]) > 1').metrics).toEqual(['up']);
});

/** One event of every kind, so that every metric has a sample. */
function sawEverything(): void {
  const times = { startedAtMs: 1, endedAtMs: 2, pausedMs: 1, stepsMs: { PREPARE: 1 } };
  metrics.sawTemporal(1);
  metrics.sawExporting('prod', { state: 'held', pausedSinceMs: 1 });
  metrics.sawGoodBackup({ cluster: 'prod', backupId: 1, ...times });
  metrics.sawCheck({
    cluster: 'prod',
    checkedAtMs: 1,
    ok: true,
    findings: [{ code: 'CLOCK_SKEW', severity: 'warning' }],
  });
  metrics.sawWatchRun({ outcome: 'COMPLETED', endedAtMs: 1, counts: true });
  metrics.sawWatchSchedule(false);
  metrics.sawSchedules([
    { cluster: 'prod', schedules: ['nightly'], paused: [], missed: 0, skippedOverlap: 0, overdueByMs: 0 },
  ]);
}
