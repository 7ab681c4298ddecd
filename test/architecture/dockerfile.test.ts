import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startMonitoringServer } from '../../src/worker/monitoring-server.ts';

const root = new URL('../../', import.meta.url);
const lines = (path: string): readonly string[] => readFileSync(new URL(path, root), 'utf8').split('\n');

/** What the image's build takes from the repository. */
const copied = lines('Dockerfile')
  .filter((line) => /^COPY (?!--from)/.test(line))
  .flatMap((line) => line.split(' ').slice(1, -1));

test('what the image copies exists, and is all that reaches the build', () => {
  const admitted = lines('.dockerignore').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

  expect(copied.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
  expect(lines('.dockerignore')[0]).toBe('*');
  expect([...admitted].sort()).toEqual([...new Set(copied)].sort());
});

test('the folders that the image leaves out are those that no worker may need, and whose types are not packed', () => {
  const named = (path: string, pattern: RegExp): readonly string[] =>
    (pattern.exec(lines(path).join('\n'))?.[1] ?? '').split(/[|,]/).map((name) => name.replace(/[\s']/g, ''));
  const leftOut = named('scripts/slim-modules.mjs', /for \(const folder of \[(.*?)\]\) remove\(join\(dist/);

  expect(leftOut.length).toBeGreaterThan(1);
  expect(leftOut.filter((name) => !existsSync(fileURLToPath(new URL(`src/${name}`, root))))).toEqual([]);
  expect(named('package.json', /!dist\/\{(.*?)\}\/\*\*/)).toEqual(leftOut);
  expect(named('.dependency-cruiser.cjs', /to: \{ path: '\^src\/\((demo.*?)\)\/' \}/)).toEqual(leftOut);
});

test('the image runs as a user that is not root, on the Node that the tests run on', () => {
  const dockerfile = lines('Dockerfile').join('\n');
  const [nvmrc = ''] = lines('.nvmrc');

  expect(/^USER (\d+):\d+$/m.exec(dockerfile)?.[1]).toMatch(/^[1-9]/);
  expect([...dockerfile.matchAll(/^FROM node:(\d+)-/gm)].map(([, version]) => version)).toEqual([nvmrc, nvmrc]);
});

test('the health check of the image tells a worker that answers from one that does not', async () => {
  const [, command = ''] = /^ {2}CMD (\[.*\])$/m.exec(lines('Dockerfile').join('\n')) ?? [];
  const [, ...args] = z.array(z.string()).parse(JSON.parse(command));
  const server = await startMonitoringServer('127.0.0.1:0', {
    readiness: { check: () => Promise.resolve('Temporal is away.') },
    metrics: { contentType: 'text/plain', render: () => Promise.resolve('') },
  });
  const check = async (): Promise<unknown> => {
    const env = { ...process.env, CAMUNDA_BACKUP_MONITORING_ADDRESS: `0.0.0.0:${new URL(server.url).port}` };
    const [code]: unknown[] = await once(spawn(process.execPath, args, { env }), 'exit');
    return code;
  };

  const whileUp = await check();
  await server.close();

  expect(whileUp).toBe(0);
  expect(await check()).toBe(1);
});

test('the versions of the Temporal SDK are exact: the packed Workflow bundle holds the code of the one it was built with', () => {
  const dependencies = /"dependencies": \{([^}]*)\}/.exec(lines('package.json').join('\n'))?.[1] ?? '';
  const versions = [...dependencies.matchAll(/"@temporalio\/\w+": "([^"]*)"/g)].map(([, version]) => version);

  expect(versions.length).toBeGreaterThan(4);
  expect(new Set(versions).size).toBe(1);
  expect(versions[0]).toMatch(/^\d/);
});
