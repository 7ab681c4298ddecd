import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';
import { compileSchema, problemsOf } from './schema.ts';

const root = new URL('../../', import.meta.url);
const folder = new URL('examples/kubernetes/', root);
const read = (url: URL): string => readFileSync(url, 'utf8');

const objects = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(read(new URL(name, folder))).map((document): unknown => document.toJS()))
  .map((value) => ({
    value,
    ...z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) }).parse(value),
  }));
const object = (kind: string): unknown => objects.find((candidate) => candidate.kind === kind)?.value;

const Labels = z.record(z.string(), z.string());
const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Named = z.object({ name: z.string() });
const { spec: deployment } = z
  .object({
    spec: z.object({
      selector: z.object({ matchLabels: Labels }),
      template: z.object({
        metadata: z.object({ labels: Labels }),
        spec: z.object({
          serviceAccountName: z.string(),
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.looseObject({ runAsUser: z.number() }),
          containers: z.tuple([
            z.looseObject({
              env: z.array(
                Named.extend({
                  value: z.string().optional(),
                  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
                }),
              ),
              ports: z.array(Named.extend({ containerPort: z.number() })),
              startupProbe: Probe,
              livenessProbe: Probe,
              readinessProbe: Probe,
              volumeMounts: z.array(Named.extend({ mountPath: z.string() })),
            }),
          ]),
          volumes: z.array(
            Named.extend({
              configMap: z.object({ name: z.string() }).optional(),
              secret: z.object({ secretName: z.string() }).optional(),
            }),
          ),
        }),
      }),
    }),
  })
  .parse(object('Deployment'));
const pod = deployment.template.spec;
const [container] = pod.containers;

/** ConfigMaps and Secrets by name. */
const contents = Object.fromEntries(
  objects
    .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
    .map(({ value, metadata: { name } }) => {
      const { data, stringData } = z.object({ data: Labels.default({}), stringData: Labels.default({}) }).parse(value);
      return [name, { ...data, ...stringData }];
    }),
);

const env = Object.fromEntries(
  container.env.map(({ name, value, valueFrom: { secretKeyRef: secret } = { secretKeyRef: undefined } }) => [
    name,
    value ?? (secret && contents[secret.name]?.[secret.key]),
  ]),
);

/** The file as the container sees it. */
function mounted(path: string): string {
  const mount = container.volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const volume = pod.volumes.find(({ name }) => name === mount?.name);
  const content = contents[volume?.configMap?.name ?? volume?.secret?.secretName ?? '']?.[basename(path)];
  if (content === undefined) throw new Error(`no volume holds ${path}`);
  return content;
}

const config = loadConfig(env, mounted);
const validate = compileSchema('kubernetes-1.32.json');

test.each(objects)('$kind $metadata.name is valid by the schema of Kubernetes', ({ value }) => {
  expect(problemsOf(validate, value)).toEqual([]);
});

test('the schema knows a field that Kubernetes does not have', () => {
  const wrong = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, datas: {} };

  expect(problemsOf(validate, wrong)).not.toEqual([]);
});

test('the worker in the pod finds its cluster file and every secret', () => {
  expect(Object.keys(config.clusters)).toEqual(['prod']);
  expect(Object.entries(env).filter(([, value]) => value === undefined)).toEqual([]);
});

test('Kubernetes waits longer for a worker than the worker needs to stop', () => {
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(config.worker.shutdownForceMs);
});

test('probes ask where the worker answers', () => {
  const port = (name: string) => container.ports.find((candidate) => candidate.name === name)?.containerPort;

  expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'monitoring' });
  expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'monitoring' });
  expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'monitoring' });
  expect(env['CAMUNDA_BACKUP_MONITORING_ADDRESS']).toBe(`0.0.0.0:${port('monitoring')}`);
  expect(env['CAMUNDA_BACKUP_METRICS_ADDRESS']).toBe(`0.0.0.0:${port('sdk-metrics')}`);
});

test('the container runs as the user of the image, who can write nothing and become nobody else', () => {
  const [, user] = /^USER (\d+)/m.exec(read(new URL('Dockerfile', root))) ?? [];

  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user) });
  expect(container['securityContext']).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('every selector selects the workers, and the account exists', () => {
  const Selecting = z.object({ spec: z.looseObject({ selector: z.unknown(), podSelector: z.unknown() }).partial() });
  const selectors = ['PodDisruptionBudget', 'NetworkPolicy'].map((kind) => {
    const { spec } = Selecting.parse(object(kind));
    return spec.podSelector ?? spec.selector;
  });

  expect(deployment.template.metadata.labels).toEqual(deployment.selector.matchLabels);
  expect(selectors).toEqual([deployment.selector, deployment.selector]);
  expect(object('ServiceAccount')).toMatchObject({ metadata: { name: pod.serviceAccountName } });
});

test('systemd waits longer for a worker than the worker needs to stop, and leaves a wrong configuration alone', () => {
  const unit = read(new URL('examples/systemd/camunda-backup-worker.service', root));

  expect(Number(/^TimeoutStopSec=(\d+)s$/m.exec(unit)?.[1]) * 1_000).toBeGreaterThan(config.worker.shutdownForceMs);
  expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
  expect(unit).toMatch(/^ExecStart=.*\/dist\/worker\.js$/m);
});
