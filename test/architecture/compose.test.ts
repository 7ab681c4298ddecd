import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';
import { searchAttributes } from '../../src/model/search-attributes.ts';
import { compileSchema, problemsOf } from './schema.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const composition: unknown = parse(file('docker-compose.yml'), { merge: true });

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).default([]),
      profiles: z.array(z.string()).default([]),
      restart: z.string().optional(),
      environment: z.record(z.string(), z.string()).default({}),
      volumes: z.array(z.string()).default([]),
      healthcheck: z.unknown().optional(),
      stop_grace_period: z.string().optional(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});
const { services, volumes } = Compose.parse(composition);
const worker = services['worker'];

/** Each service with each one that it waits for. */
const waits = Object.entries(services).flatMap(([name, { depends_on: on }]) =>
  Object.entries(on).map(([awaited, { condition }]) => ({ name, awaited, condition })),
);

/** What Compose hands to a shell: `$$` is its way to write a dollar. */
const scripts = Object.entries(services)
  .map(([name, { command }]) => ({ name, script: command.join(' ').replaceAll('$$', '$') }))
  .filter(({ script }) => script.includes('\n'));

test('the composition is valid by the Compose specification, which knows a key that it does not have', () => {
  const validate = compileSchema('compose-spec.json');

  expect(problemsOf(validate, composition)).toEqual([]);
  expect(problemsOf(validate, { services: { worker: { imagee: 'x' } } })).not.toEqual([]);
});

test('the composed worker can read its cluster file, which names services of the same composition', () => {
  const { clusters } = loadConfig(worker?.environment ?? {}, () => file('examples/compose-cluster.yaml'));

  const urls = JSON.stringify(clusters).match(/http:\/\/[a-z0-9-]+/g) ?? [];
  expect(urls.length).toBeGreaterThanOrEqual(6);
  for (const url of urls) expect(Object.keys(services)).toContain(url.replace('http://', ''));
});

test.each(waits)('$name can wait until $awaited is $condition', ({ name, awaited, condition }) => {
  const target = services[awaited];
  const profiles = services[name]?.profiles ?? [];
  const reachable: Readonly<Record<string, boolean>> = {
    service_started: target !== undefined,
    service_healthy: target?.healthcheck !== undefined,
    // One that is always restarted never completes.
    service_completed_successfully: target?.restart?.startsWith('on-failure') === true,
  };

  expect(reachable[condition]).toBe(true);
  // A service that is not started with the one that waits for it is an error.
  expect((target?.profiles ?? []).filter((profile) => !profiles.includes(profile))).toEqual([]);
});

test.each(Object.entries(services))('%s is of a fixed version and has only volumes that are declared', (_, service) => {
  const named = service.volumes.map((volume) => volume.split(':')[0] ?? '').filter((source) => !source.startsWith('.'));

  expect(named.filter((source) => !(source in volumes))).toEqual([]);
  expect(service.image ?? 'built:1').toMatch(/:v?\d+(\.\d+)*$/);
});

test.each(scripts)('the script of $name is one that a shell can read', ({ script }) => {
  const read = spawnSync('sh', ['-n'], { input: script });

  expect(read.stderr.toString()).toBe('');
  expect(read.status).toBe(0);
});

test('the composed namespace gets each search attribute of ours, with its type', () => {
  const [script = ''] = services['temporal-namespace']?.command ?? [];
  const named = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name = '', type = '']) => [
    name,
    type.toUpperCase(),
  ]);

  expect(Object.fromEntries(named)).toEqual(searchAttributes);
});

test.each(['cluster health', 'search-attribute create'])(
  'the composed namespace is given up where %s goes on failing',
  (failing) => {
    const script = scripts.find(({ name }) => name === 'temporal-namespace')?.script ?? '';
    const stubs = `temporal() { case "$*" in *'${failing}'*) return 1;; esac; }; sleep() { :; };`;

    const { status, stderr } = spawnSync('sh', ['-euc', `${stubs}\n${script}`], { timeout: 10_000, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^Given up: /) });
  },
);

test('the engine waits longer for the worker than the worker needs to stop', () => {
  const { worker: settings } = loadConfig(worker?.environment ?? {}, () => file('examples/compose-cluster.yaml'));

  const graceSeconds = Number(/^(\d+)s$/.exec(worker?.stop_grace_period ?? '')?.[1]);
  expect(graceSeconds * 1_000).toBeGreaterThan(settings.shutdownForceMs);
});
