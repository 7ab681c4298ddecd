import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

/** The one sentence with which a cluster is refused, or the failure when it is of another kind. */
async function refusal(
  options: ActivityWorldOptions,
  change?: (w: Awaited<ReturnType<typeof startActivityWorld>>) => unknown,
) {
  await using w = await startActivityWorld(options);
  await change?.(w);
  try {
    await w.discover();
  } catch (error) {
    if (error instanceof Error && 'type' in error && 'nonRetryable' in error)
      return { type: error.type, final: error.nonRetryable, message: error.message };
    throw error;
  }
  return 'nothing was refused';
}

const precondition = (message: string) => ({ type: 'FailedPrecondition', final: true, message });
const three = { simulator: { brokers: 3 } };

test('a cluster is described without any address', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3, optimize: true } });

  const facts = await w.discover();

  expect(facts).toMatchObject({
    cluster: 'prod',
    version: '8.6.0',
    order: 'web-apps-first',
    pauseKind: 'soft',
    topology: {
      brokers: [{ nodeId: 0, partitions: [1, 2] }, { nodeId: 1 }, { nodeId: 2 }],
      partitionIds: [1, 2],
      exporters: ['elasticsearch'],
    },
    webApps: [
      { app: 'operate', version: '8.6.0' },
      { app: 'tasklist', version: '8.6.0' },
      { app: 'optimize', version: '8.6.0' },
    ],
    searchEngine: { product: 'elasticsearch', version: '8.16.1' },
    repository: 'camunda',
    recordsExported: true,
    verification: 'every-broker',
    timing: { maxPauseMs: 60_000 },
    warnings: [],
  });
  expect(JSON.stringify(facts)).not.toMatch(/127\.0\.0\.1|http/);
});

test('discovery changes nothing', async () => {
  await using w = await startActivityWorld();
  await w.discover();

  expect(w.simulator.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

describe('a backup is refused with one sentence about', () => {
  test('a cluster that is not configured, with those that are', async () => {
    await using w = await startActivityWorld();

    await expect(w.run(w.activities.discoverCluster, { cluster: 'production' })).rejects.toMatchObject({
      type: 'InvalidArgument',
      nonRetryable: true,
      message:
        'Cluster "production" is not configured on this worker. Configured: prod. Add it to the cluster file or correct the name.',
    });
  });

  test.each(['8.9.0', '8.1.0', '9.0.0'])('the version %s', async (version) => {
    expect(await refusal({ simulator: { version } })).toEqual(
      precondition(`Cluster prod runs Camunda ${version}; this release backs up 8.4 to 8.8. Nothing was changed.`),
    );
  });

  test('mixed versions, with who runs which', async () => {
    const mixed = refusal(three, ({ simulator }) =>
      simulator.fault(
        { component: 'broker-1', path: '/actuator/info' },
        { status: 200, body: { build: { version: '8.6.1' } } },
      ),
    );

    expect(await mixed).toEqual(
      precondition(
        'Cluster prod runs mixed versions: gateway 8.6.0, broker 0 8.6.0, broker 1 8.6.1, broker 2 8.6.0. Finish the update first.',
      ),
    );
  });

  test('a broker that the cluster file does not know', async () => {
    await using other = await startActivityWorld(three);
    const { brokers, gateway } = other.simulator.urls;
    const known = brokers.slice(0, 2).map((url, nodeId) => ({ nodeId, url }));

    expect(await refusal({ urls: { gateway }, brokers: known })).toEqual(
      precondition(
        "Cluster prod: the topology has broker 2, the cluster file only 0, 1. Add each broker's management address under zeebe.brokers.",
      ),
    );
  });

  test('a broker that is down', async () => {
    expect(await refusal(three, ({ simulator }) => simulator.cluster.brokers[1]?.stop())).toEqual({
      ...precondition(''),
      message: expect.stringMatching(
        /^Cluster prod is not whole, and Zeebe pauses exporting only when it is: broker 1: No answer: GET .*\. Bring it up first\.$/,
      ),
    });
  });

  test('a broker that does not show one of its partitions, and a partition without a leader', async () => {
    const hidden = refusal(three, ({ simulator }) =>
      simulator.fault({ component: 'broker-0', path: '/actuator/partitions' }, { status: 200, body: {} }),
    );

    expect(await hidden).toEqual(
      precondition(
        'Cluster prod is not whole, and Zeebe pauses exporting only when it is: broker 0 does not show partition 1, 2; partition 1 has no leader. Bring it up first.',
      ),
    );
  });

  test('two addresses that lead to one broker', async () => {
    await using other = await startActivityWorld({ simulator: { brokers: 2 } });
    const { brokers, gateway } = other.simulator.urls;
    const twice = [0, 1].map((nodeId) => ({ nodeId, url: brokers[0] ?? '' }));

    expect(await refusal({ urls: { gateway }, brokers: twice })).toEqual(
      precondition(
        'Cluster prod: the address of broker 1 answers as broker 0. Correct nodeId or url under zeebe.brokers.',
      ),
    );
  });

  test('a pending change of the configuration', async () => {
    const changing = refusal({}, async ({ simulator }) => {
      const topology: unknown = await (await fetch(`${simulator.urls.gateway}/actuator/cluster`)).json();
      const pendingChange = { id: 2, status: 'IN_PROGRESS', pending: [], completed: [] };
      simulator.fault(
        { component: 'gateway', path: '/actuator/cluster' },
        { status: 200, body: Object.assign({ pendingChange }, topology) },
      );
    });

    expect(await changing).toEqual(
      precondition('Cluster prod has a pending configuration change (scaling, say). Wait until it has finished.'),
    );
  });

  test('a snapshot repository that is not registered', async () => {
    expect(await refusal({ repository: 'backups' })).toEqual(
      precondition(
        'Cluster prod: the search engine has no snapshot repository "backups". Register it, or correct searchEngine.repository.',
      ),
    );
  });

  test('a snapshot repository that is read-only', async () => {
    const readOnly = refusal({}, ({ simulator }) =>
      simulator.fault(
        { component: 'search-engine', path: '/_snapshot/camunda' },
        { status: 200, body: { camunda: { type: 'fs', settings: { location: '/srv', readonly: 'true' } } } },
      ),
    );

    expect(await readOnly).toEqual(
      precondition('Cluster prod: snapshot repository "camunda" is registered read-only.'),
    );
  });

  test('a Zeebe without backup store', async () => {
    const found = await refusal({}, ({ simulator }) => {
      simulator.cluster.backupStore = 'none';
    });

    expect(found).toEqual({
      ...precondition(''),
      message: expect.stringMatching(
        /^Cluster prod: Zeebe has no backup store\. Configure one on every broker\. .*No backup store is configured/,
      ),
    });
  });

  test('exported records that are not under the configured prefix', async () => {
    expect(await refusal({ recordIndexPrefix: 'custom' })).toEqual(
      precondition(
        "Cluster prod: exporter elasticsearch is configured and no index matches custom_*. Set searchEngine.recordIndexPrefix to the exporter's index prefix.",
      ),
    );
  });
});

describe('asked again, because it may pass, is', () => {
  test('a gateway that does not answer', async () => {
    expect(await refusal({ urls: { gateway: 'http://127.0.0.1:1' } })).toMatchObject({
      type: 'UnreachableError',
      final: false,
    });
  });

  test('a backup store that does not answer', async () => {
    const found = refusal({}, ({ simulator }) => {
      simulator.cluster.backupStore = 'refused';
    });

    expect(await found).toMatchObject({ type: 'RejectedError', final: false });
  });

  test('a web application that is starting', async () => {
    expect(await refusal({}, ({ simulator }) => simulator.cluster.tasklist.stop())).toMatchObject({
      type: 'UnreachableError',
      final: false,
    });
  });
});

describe('an operator is warned of', () => {
  test('a web application of another version', async () => {
    await using w = await startActivityWorld();
    w.simulator.fault(
      { component: 'tasklist', path: '/actuator/info' },
      { status: 200, body: { build: { version: '8.6.2' } } },
    );

    expect(await w.discover()).toMatchObject({
      warnings: ['Tasklist runs 8.6.2, Zeebe 8.6.0: a restore needs exactly these'],
    });
  });

  test('a cluster without exporter: there is nothing to pause, and no records belong to the set', async () => {
    await using w = await startActivityWorld({ simulator: { exporters: [] } });

    expect(await w.discover()).toMatchObject({
      topology: { exporters: [] },
      recordsExported: false,
      warnings: ['no exporter is configured: there is nothing to pause'],
    });
  });

  test('brokers that nobody reads', async () => {
    await using w = await startActivityWorld({ verification: 'gateway-only' });

    expect(await w.discover()).toMatchObject({
      verification: 'gateway-only',
      warnings: [expect.stringMatching(/^verification: gateway-only: .* never verified on the brokers$/)],
    });
  });
});

describe('where the topology does not list exporters (8.5)', () => {
  async function listless(phase?: string) {
    const w = await startActivityWorld({ simulator: { version: '8.5.8' } });
    const text = await (await fetch(`${w.simulator.urls.gateway}/actuator/cluster`)).text();
    const topology: unknown = JSON.parse(text, (key, value: unknown) => (key === 'config' ? undefined : value));
    w.simulator.fault({ component: 'gateway', path: '/actuator/cluster' }, { status: 200, body: topology });
    if (phase !== undefined) {
      const partitions = await (await fetch(`${w.simulator.urls.brokers[0]}/actuator/partitions`)).text();
      const body: unknown = JSON.parse(partitions.replaceAll('"EXPORTING"', `"${phase}"`));
      w.simulator.fault({ component: 'broker-0', path: '/actuator/partitions' }, { status: 200, body });
    }
    return w;
  }

  test('a replica that is not CLOSED has one', async () => {
    await using w = await listless();

    expect(await w.discover()).toMatchObject({
      topology: { exporters: ['not listed by this version'] },
      recordsExported: true,
    });
  });

  test('replicas that are all CLOSED have none', async () => {
    await using w = await listless('CLOSED');

    expect(await w.discover()).toMatchObject({ topology: { exporters: [] }, recordsExported: false });
  });
});
