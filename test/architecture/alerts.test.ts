import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../../src/worker/metrics.ts';
import { runPromtool, withoutPrometheus } from '../support/prometheus.ts';

const root = new URL('../../', import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));
const read = (relative: string): string => readFileSync(path(relative), 'utf8');
const tests = readdirSync(path('test/alerts')).map((name) => `test/alerts/${name}`);

const Rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string().optional() })) })) });
const alerts = Rules.parse(parse(read('examples/alerts.yaml'))).groups.flatMap(({ rules }) =>
  rules.flatMap(({ alert }) => alert ?? []),
);

test.each(alerts)('a promtool test shows that %s fires', (alert) => {
  const text = tests.map(read).join('\n');
  const expected = [
    new RegExp(`alertname="${alert}", alertstate="firing"`),
    new RegExp(`alertname: ${alert}\\n +eval_time: \\w+\\n +exp_alerts:\\n`),
  ];

  expect(expected.some((pattern) => pattern.test(text))).toBe(true);
});

describe.skipIf(withoutPrometheus())('promtool', () => {
  test.each(tests)('each alert fires and is silent as %s says', async (file) => {
    expect(await runPromtool(['test', 'rules', path(file)])).toEqual({ code: 0, output: expect.any(String) });
  });

  test('an alert that fires a minute early fails those tests', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-alerts-'));
    try {
      await writeFile(join(folder, 'alerts.yaml'), read('examples/alerts.yaml').replaceAll('for: 10m', 'for: 9m'));
      await writeFile(
        join(folder, 'test.yaml'),
        read('test/alerts/exporting.test.yaml').replace('../../examples/alerts.yaml', 'alerts.yaml'),
      );

      const { code, output } = await runPromtool(['test', 'rules', join(folder, 'test.yaml')]);

      expect(output).toContain('CamundaExportingPausedByNobody');
      expect(code).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('the example of a Prometheus is a valid configuration, with the rules that it names', async () => {
    const { code, output } = await runPromtool(['check', 'config', path('examples/prometheus.yaml')]);

    expect(output).toContain('1 rule files found');
    expect(code).toBe(0);
  });

  test('the metrics are as Prometheus wants them to be named and described', async () => {
    const metrics = createMetrics({ clusters: [{ name: 'prod', gatewayOnly: false }], isRunning: () => true });

    expect(await runPromtool(['check', 'metrics'], await metrics.render())).toEqual({ code: 0, output: '' });
    // It would say so otherwise.
    const odd = '# TYPE odd counter\nodd 1\n';
    expect(await runPromtool(['check', 'metrics'], odd)).toMatchObject({ code: 3 });
  });
});
