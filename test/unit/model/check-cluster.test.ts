import { expect, test } from 'vitest';
import { judgeCluster } from '../../../src/model/check-cluster.ts';
import { checkNames } from '../../../src/model/check-declarations.ts';
import type { CheckReadings, Read } from '../../../src/model/check-readings.ts';

// Text of a server in letters of three bytes each.
const failed: Read<never> = { failure: { kind: 'unreachable', message: '停'.repeat(2_000) } };

/** A cluster of which nothing could be read. */
const unread = (brokers: number): CheckReadings => ({
  cluster: 'prod',
  nowMs: Date.parse('2026-11-21T09:00:00Z'),
  verification: 'every-broker',
  configured: {
    nodeIds: Array.from({ length: brokers }, (_, nodeId) => nodeId),
    repository: 'camunda',
    recordIndexPrefix: 'zeebe-record',
  },
  gateway: { version: failed, topology: failed },
  brokers: Array.from({ length: brokers }, (_, nodeId) => ({
    nodeId,
    version: failed,
    replicas: failed,
    configuration: failed,
    metrics: failed,
    aheadMs: failed,
  })),
  webApps: [],
  engine: { info: failed, health: failed, nodes: failed, policies: failed, indices: failed, repository: failed },
  catalogue: { configured: { kind: 'S3', place: 's3://catalogue' }, records: failed, repository: failed },
  strangers: [{ who: 'gateway', letIn: failed }],
});

test('whatever a cluster looks like, the result stays below 64 KiB and says how much is not listed', () => {
  const result = judgeCluster(unread(500));

  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(64 * 1024);
  expect(result.findings.length + result.unlisted).toBe(503);
  expect(result.unlisted).toBeGreaterThan(0);
});

test('what could not be read is never called ok', () => {
  const { ok, checked } = judgeCluster(unread(3));

  expect(ok).toBe(false);
  expect(checked.map(({ check }) => check)).toEqual(Object.keys(checkNames));
  expect(checked.filter(({ outcome }) => outcome === 'ok')).toEqual([]);
});

test('errors come before warnings', () => {
  const { findings } = judgeCluster({ ...unread(1), strangers: [{ who: 'gateway', letIn: { value: true } }] });

  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'error', 'error', 'warning', 'warning']);
});
