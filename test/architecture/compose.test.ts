import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const Compose = z.object({
  services: z.record(z.string(), z.object({ environment: z.record(z.string(), z.string()).optional() })),
  volumes: z.record(z.string(), z.unknown()),
});

test('the composed worker can read its cluster file, which names services of the same composition', () => {
  const { services } = Compose.parse(parse(file('docker-compose.yml')));
  const env = services['worker']?.environment ?? {};

  const { clusters } = loadConfig(env, () => file('examples/compose-cluster.yaml'));

  const urls = JSON.stringify(clusters).match(/http:\/\/[a-z0-9-]+/g) ?? [];
  expect(urls.length).toBeGreaterThanOrEqual(6);
  for (const url of urls) expect(Object.keys(services)).toContain(url.replace('http://', ''));
});
