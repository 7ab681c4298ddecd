export interface CalledTemplate {
  readonly method: string;
  /** `{…}` stands for one segment of the path. */
  readonly path: string;
}

const called = (method: string, ...paths: readonly string[]): readonly CalledTemplate[] =>
  paths.map((path) => ({ method, path }));

const backupApis = ['/actuator/backups', '/actuator/backupRuntime', '/actuator/backupHistory'];

/** Every method and path that a client in src/clients sends; clients.test.ts looks whether one is missing here. */
export const calledByOurClients: readonly CalledTemplate[] = [
  ...called(
    'GET',
    '/actuator/info',
    '/actuator/cluster',
    '/actuator/partitions',
    '/actuator/prometheus',
    '/actuator/configprops/zeebe.broker',
    ...backupApis,
    ...backupApis.map((path) => `${path}/{id}`),
  ),
  ...called(
    'POST',
    '/actuator/exporting/pause',
    '/actuator/exporting/resume',
    '/actuator/partitions/resumeExporting',
    ...backupApis,
  ),
  ...called('DELETE', ...backupApis.map((path) => `${path}/{id}`)),

  ...called(
    'GET',
    '/',
    '/_cluster/health',
    '/_cluster/health/{indices}',
    '/_nodes/stats/fs',
    '/_slm/policy',
    '/_plugins/_sm/policies',
    '/_cat/indices/{pattern}',
    '/_cat/shards/{indices}',
    '/_cat/snapshots/{repository}',
    '/_snapshot/_status',
    '/_snapshot/{repository}',
    '/_snapshot/{repository}/{snapshot}',
    '/{indices}/_alias',
    '/{indices}/_stats/docs,store',
    '/_index_template',
    '/_component_template',
    '/_template',
    '/_ilm/policy',
    '/_plugins/_ism/policies',
  ),
  ...called('POST', '/_snapshot/{repository}/_verify', '/{indices}/_refresh', '/{indices}/_search'),
  ...called('PUT', '/_snapshot/{repository}/{snapshot}'),
  ...called('DELETE', '/_snapshot/{repository}/{snapshot}'),
];

/** Whether a client of ours sends this method to this path; queries are left out. */
export function isCalled({ method, path }: { readonly method: string; readonly path: string }): boolean {
  const pathname = path.split('?')[0] ?? path;
  return calledByOurClients.some((template) => template.method === method && patternOf(template.path).test(pathname));
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]*\}/).map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
