import { expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const world = ({ simulator, ...options }: ActivityWorldOptions = {}): Promise<ActivityWorld> =>
  startActivityWorld({ ...options, simulator: { version: '8.8.2', ...simulator } });

async function refusal(w: ActivityWorld): Promise<unknown> {
  try {
    return await w.discover();
  } catch (error) {
    return error;
  }
}

const precondition = (message: unknown) => ({ type: 'FailedPrecondition', nonRetryable: true, message });
const absent = { status: 404, body: { status: 404, error: 'Not Found', path: '/actuator/backupHistory/1' } };

test('an 8.8 is one application whose web applications are found at the gateway, without any address in the facts', async () => {
  await using w = await world();

  const facts = await w.discover();

  expect(facts).toMatchObject({
    version: '8.8.2',
    family: 'orchestration-cluster',
    order: 'pause-first',
    pauseKind: 'soft',
    topology: { exporters: ['camundaexporter'] },
    webApps: [{ app: 'webapps', version: '8.8.2' }],
    recordsExported: false,
    warnings: [],
  });
  expect(JSON.stringify(facts)).not.toMatch(/127\.0\.0\.1|http/);
  expect(w.simulator.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('with Optimize its records are part of the set', async () => {
  await using w = await world({ simulator: { optimize: true } });

  expect(await w.discover()).toMatchObject({
    webApps: [{ app: 'optimize' }, { app: 'webapps' }],
    recordsExported: true,
    warnings: [],
  });
});

test('web applications at an address of their own are asked there', async () => {
  await using other = await world();
  await using w = await world({ urls: { webApps: other.simulator.urls.gateway } });
  w.simulator.fault({ path: '/actuator/backupHistory/1' }, absent);

  expect(await w.discover()).toMatchObject({ webApps: [{ app: 'webapps', version: '8.8.2' }] });
});

test('sections of Operate and Tasklist are refused on 8.8', async () => {
  await using w = await world({ urls: { operate: 'http://127.0.0.1:1', tasklist: 'http://127.0.0.1:1' } });

  expect(await refusal(w)).toMatchObject(
    precondition(
      'Cluster prod runs Camunda 8.8.2, which backs Operate and Tasklist up as one. Remove operate and tasklist from the cluster file, ' +
        "and give webApps where they do not run at the gateway's management address.",
    ),
  );
});

test('a section of combined web applications is refused up to 8.7', async () => {
  await using w = await startActivityWorld({ urls: { webApps: 'http://127.0.0.1:1' } });

  expect(await refusal(w)).toMatchObject(
    precondition(
      'Cluster prod runs Camunda 8.6.0, where Operate and Tasklist are applications of their own. ' +
        'Replace webApps in the cluster file by operate and tasklist.',
    ),
  );
});

test('an exporter whose data nothing would back up is refused', async () => {
  await using w = await world();
  w.simulator.fault({ path: '/actuator/backupHistory/1' }, absent);

  expect(await refusal(w)).toMatchObject(
    precondition(
      expect.stringMatching(
        /^Cluster prod: exporter camundaexporter is configured, and \/actuator\/backupHistory is not served .* Give webApps/,
      ),
    ),
  );
});

test('without any exporter there may be no web applications either', async () => {
  await using w = await world({ simulator: { exporters: [] } });
  w.simulator.fault({ path: '/actuator/backupHistory/1' }, absent);

  expect(await w.discover()).toMatchObject({
    webApps: [],
    recordsExported: false,
    warnings: ['no exporter is configured: there is nothing to pause'],
  });
});

test.each([
  ['no repository', { repository: null }, /No backup repository configured\. Configure repository "camunda"/],
  ['a repository that is not there', { repository: 'other' }, /No repository with name \[other\] could be found\./],
])('web applications that are configured with %s are refused', async (_what, simulator, said) => {
  await using w = await world({ simulator, repository: 'camunda' });
  w.simulator.cluster.searchEngine.removeRepository('other');

  expect(await refusal(w)).toMatchObject(precondition(expect.stringMatching(said)));
});

test('web applications that do not answer are asked again, because that may pass', async () => {
  await using w = await world({ urls: { webApps: 'http://127.0.0.1:1' } });

  expect(await refusal(w)).toMatchObject({ type: 'UnreachableError', nonRetryable: false });
});

test('records of an exporter that runs no more are not part of the set, and that is said', async () => {
  await using w = await world();
  w.simulator.cluster.searchEngine.createIndex('zeebe-record_job_8.7.3_2026-01-01');

  expect(await w.discover()).toMatchObject({
    recordsExported: false,
    warnings: ['indices match zeebe-record_* and no exporter writes them: they are not part of the set'],
  });
});

test('Optimize without an exporter of the records that it imports is warned of', async () => {
  await using w = await world({ simulator: { optimize: true, exporters: ['camundaexporter'] } });

  expect(await w.discover()).toMatchObject({
    recordsExported: false,
    warnings: [
      'Optimize is configured and no exporter writes the records that it imports: they are not part of the set',
    ],
  });
});

test('records without the Optimize that imports them are taken, and that is said', async () => {
  await using w = await world({ simulator: { exporters: ['camundaexporter', 'elasticsearch'] } });

  expect(await w.discover()).toMatchObject({
    recordsExported: true,
    warnings: [expect.stringMatching(/^exported records are part of the set and Optimize/)],
  });
});

test('a record exporter without records under the configured prefix is refused by its name alone', async () => {
  await using w = await world({ simulator: { optimize: true }, recordIndexPrefix: 'custom' });

  expect(await refusal(w)).toMatchObject(
    precondition(
      expect.stringMatching(/^Cluster prod: exporter elasticsearch is configured and no index matches custom_\*/),
    ),
  );
});

test('where the brokers do not tell the classes of their exporters, the usual IDs decide', async () => {
  await using w = await world({ simulator: { optimize: true } });
  w.simulator.fault({ path: '/actuator/configprops/zeebe.broker' }, { status: 404, body: { error: 'Not Found' } });

  expect(await w.discover()).toMatchObject({ recordsExported: true });
});

test('a Zeebe without backup store is refused under its new endpoint too', async () => {
  await using w = await world();
  w.simulator.cluster.backupStore = 'none';

  expect(await refusal(w)).toMatchObject(
    precondition(expect.stringMatching(/^Cluster prod: Zeebe has no backup store\./)),
  );
  expect(w.simulator.calls.map(({ path }) => path)).toContain('/actuator/backupRuntime/1');
});
