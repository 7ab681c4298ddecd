import { versionFacts } from './camunda-version.ts';
import { finding, type Finding, type FindingCode, type Judged } from './check-findings.ts';
import { failureOf, valueOf } from './check-readings.ts';
import type { BrokerConfiguration, CheckReadings, ConfiguredStore, WebAppCheckReading } from './check-readings.ts';
import { exportsRecords } from './record-exporters.ts';
import { separateWebApps, webAppNames } from './web-apps.ts';

export function judgeRepository({ configured: { repository: name }, engine }: CheckReadings): Judged {
  const repository = valueOf(engine.repository);
  if (failureOf(engine.repository) !== undefined) return { check: 'repository', findings: [] };
  if (repository === undefined) {
    return { check: 'repository', seen: name, findings: [finding('REPOSITORY_MISSING', `no repository "${name}"`)] };
  }
  const refused = failureOf(engine.verified);
  const verified = valueOf(engine.verified);
  const absent =
    verified === undefined
      ? []
      : (valueOf(engine.nodes) ?? []).filter(({ id, writesSnapshots }) => writesSnapshots && !verified.includes(id));
  const unreadable = failureOf(engine.snapshots);
  const tried = verified === undefined ? 'writing was not tried' : `${verified.length} nodes wrote to it`;
  return {
    check: 'repository',
    seen: `${name} (${repository.type}), ${tried}`,
    findings: [
      ...(repository.readOnly ? [finding('REPOSITORY_READ_ONLY', `"${name}" of type ${repository.type}`)] : []),
      ...(refused === undefined ? [] : [finding('REPOSITORY_NOT_WRITABLE', refused.message)]),
      ...absent.map((node) => finding('REPOSITORY_NODE_MISSING', `node ${node.name} did not verify "${name}"`)),
      ...(unreadable === undefined ? [] : [finding('REPOSITORY_UNREADABLE', unreadable.message)]),
    ],
  };
}

const refusals: Readonly<Record<string, FindingCode>> = {
  NO_REPOSITORY_CONFIGURED: 'WEB_APP_WITHOUT_REPOSITORY',
  REPOSITORY_MISSING: 'WEB_APP_REPOSITORY_MISSING',
  SEARCH_ENGINE_UNREACHABLE: 'WEB_APP_WITHOUT_ENGINE',
};

export function judgeWebApps(readings: CheckReadings): Judged {
  const version = valueOf(readings.gateway.version);
  const facts = version === undefined ? undefined : versionFacts(version);
  const combined = facts?.family === 'orchestration-cluster';
  const given = readings.webApps.filter(({ byDefault }) => !byDefault);
  const misplaced = given.filter(({ app }) =>
    facts === undefined ? false : combined ? app === 'operate' || app === 'tasklist' : app === 'webapps',
  );
  const wrong = misplaced.map(({ app }) =>
    finding('WEB_APP_KIND_WRONG', `${webAppNames[app]} in the cluster file of a Camunda ${version}`),
  );
  const asked = readings.webApps.filter((webApp) => !misplaced.includes(webApp));
  return {
    check: 'webApps',
    ...(facts === undefined ? {} : { seen: asked.map(({ app }) => webAppNames[app]).join(', ') || 'none' }),
    findings: [...wrong, ...asked.flatMap((webApp) => webAppFindings(webApp, readings))],
  };
}

function webAppFindings(webApp: WebAppCheckReading, readings: CheckReadings): readonly Finding[] {
  const who = webAppNames[webApp.app];
  const failure = failureOf(webApp.backupIds);
  if (failure !== undefined) {
    // The version says more where nothing was reached; and while OpenSearch writes a snapshot, Operate cannot list.
    if (failureOf(webApp.version) !== undefined || failure.type === 'BACKUPS_UNREADABLE') return [];
    if (failure.type === 'ENDPOINT_ABSENT' && webApp.app === 'webapps') {
      // Without an exporter there is nothing that the applications could show.
      const exporters = valueOf(readings.gateway.topology)?.exporters ?? [];
      return exporters.length === 0 ? [] : [finding('HISTORY_NOT_SERVED', `${who}: ${failure.message}`)];
    }
    return [finding(refusals[failure.type ?? ''] ?? codeOf(failure.kind), `${who}: ${failure.message}`)];
  }
  const listed = valueOf(webApp.backupIds);
  const names = valueOf(readings.engine.snapshots);
  // An operation of ours can begin between the two readings.
  if (listed === undefined || names === undefined || readings.holder !== undefined) return [];
  const ids = names.flatMap(({ name }) => {
    const [, app, id] = /^camunda_([a-z]+)_(\d+)_/.exec(name) ?? [];
    return app === webApp.app ? [Number(id)] : [];
  });
  const stored = [...new Set(ids)];
  const elsewhere = listed.filter((id) => !stored.includes(id));
  const unseen = stored.length > 0 && !stored.some((id) => listed.includes(id));
  if (elsewhere.length === 0 && !unseen) return [];
  const words = elsewhere.length > 0 ? `lists backup ${elsewhere.slice(0, 5).join(', ')}` : 'lists none of its backups';
  const place =
    elsewhere.length > 0 ? 'has no snapshot of it' : `has snapshots of backup ${stored.slice(0, 5).join(', ')}`;
  return [
    finding(
      'WEB_APP_REPOSITORY_DIFFERS',
      `${who} ${words}, and repository "${readings.configured.repository}" ${place}`,
    ),
  ];
}

const codeOf = (kind: string): FindingCode =>
  kind === 'path' ? 'WRONG_PATH' : kind === 'failing' ? 'SERVER_FAILING' : 'CALL_REFUSED';

export function judgeBackupStore({
  zeebeBackups,
  brokers,
  configured,
  store,
  deletionRules,
  gateway,
}: CheckReadings): Judged {
  const failure = failureOf(zeebeBackups);
  const missing = failure?.type === 'NO_BACKUP_STORE';
  // Where the gateway itself is not reached, nothing is known of the store.
  const unreachable = failure !== undefined && !missing && failureOf(gateway.version) === undefined;
  const places = brokers.flatMap(({ nodeId, configuration }) => {
    const told = valueOf(configuration);
    return told?.store === undefined ? [] : [{ nodeId, ...told, store: told.store }];
  });
  const differ = new Set(places.map((place) => place.store)).size > 1;
  const expected = configured.store;
  const elsewhere = expected === undefined ? [] : places.filter((place) => isElsewhere(place, expected));
  const own = failureOf(store);
  const ownCode = own?.kind === 'rejected' ? 'OWN_STORE_REJECTED' : 'OWN_STORE_UNREACHABLE';
  return {
    check: 'backupStore',
    ...(zeebeBackups === undefined || (failure !== undefined && !missing)
      ? {}
      : { seen: `${places[0]?.store ?? 'not told by the brokers'}${isUntold(deletionRules) ? untoldRules : ''}` }),
    findings: [
      ...(missing ? [finding('BACKUP_STORE_MISSING', failure.message)] : []),
      ...(unreachable ? [finding('BACKUP_STORE_UNREACHABLE', failure.message)] : []),
      ...(differ
        ? [finding('BACKUP_STORES_DIFFER', places.map((place) => `broker ${place.nodeId}: ${place.store}`).join('; '))]
        : []),
      ...elsewhere
        .slice(0, 1)
        .map((place) =>
          finding(
            'BACKUP_STORE_ELSEWHERE',
            `broker ${place.nodeId}: ${place.store}; cluster file: ${[expected?.kind, expected?.bucket, expected?.basePath].filter(Boolean).join(' ')}`,
          ),
        ),
      ...(own === undefined ? [] : [finding(ownCode, own.message)]),
      ...(valueOf(deletionRules) ?? []).map((rule) => finding('STORE_DELETES', rule)),
    ],
  };
}

const untoldRules = '; by what rules it deletes is not told to these keys';

/** A store that was not reached is a finding of its own. */
const isUntold = (rules: CheckReadings['deletionRules']): boolean =>
  rules !== undefined && 'value' in rules && rules.value === undefined;

function isElsewhere({ storeKind, bucket, basePath = '' }: BrokerConfiguration, expected: ConfiguredStore): boolean {
  if (storeKind !== undefined && storeKind !== 'NONE' && storeKind !== expected.kind) return true;
  if (bucket === undefined || expected.bucket === undefined) return false;
  return bucket !== expected.bucket || trimmed(basePath) !== trimmed(expected.basePath ?? '');
}

const trimmed = (path: string): string => path.replaceAll(/^\/+|\/+$/g, '');

export function judgeIndices(readings: CheckReadings): Judged {
  const { gateway, brokers, webApps, configured, engine } = readings;
  const health = valueOf(engine.health);
  const red =
    health?.status === 'red' ? [finding('ENGINE_RED', `health red, ${health.unassigned} shards unassigned`)] : [];
  const indices = valueOf(engine.indices);
  const version = valueOf(gateway.version);
  const facts = version === undefined ? undefined : versionFacts(version);
  const { recordIndexPrefix: prefix } = configured;
  const told = brokers.flatMap(({ configuration }) => valueOf(configuration)?.exporters ?? []);
  const writing = told.filter(
    ({ indexPrefix, id, className }) =>
      indexPrefix !== undefined &&
      // What the server masks says nothing.
      !/^\*+$/.test(indexPrefix) &&
      exportsRecords(id, [{ id, className }]) === 'yes',
  );
  // Beside the one that is backed up another may write elsewhere.
  const [differing] = writing.some(({ indexPrefix }) => indexPrefix === prefix) ? [] : writing;
  if (indices === undefined || facts === undefined) return { check: 'indices', findings: red };
  const combined = facts.family === 'orchestration-cluster';
  const writers = (valueOf(gateway.topology)?.exporters ?? []).filter(
    (id) => !combined || exportsRecords(id, told) === 'yes',
  );
  const records = indices.filter((name) => name.startsWith(`${prefix}_`));
  const lacking = webApps.flatMap(({ app, version: running, indexPrefixes, requiredIndices }) => {
    if (failureOf(running) !== undefined || (app === 'webapps') !== combined) return [];
    const absent = requiredIndices.filter((start) => !indices.some((name) => name.startsWith(`${start}-`)));
    const none = !indexPrefixes.some((start) => indices.some((name) => name.startsWith(`${start}-`)));
    return none || absent.length > 0
      ? [
          finding(
            'WEB_APP_PREFIX_WRONG',
            `${webAppNames[app]}: no index begins with ${(none ? indexPrefixes : absent).map((start) => `${start}-`).join(', ')}`,
          ),
        ]
      : [];
  });
  const forgotten = separateWebApps.flatMap((app) => {
    if (webApps.some((given) => given.app === app || (given.app === 'webapps' && app !== 'optimize'))) return [];
    const index = indices.find((name) => name.startsWith(`${app}-`));
    return index === undefined ? [] : [finding('WEB_APP_NOT_CONFIGURED', `${webAppNames[app]} has the index ${index}`)];
  });
  return {
    check: 'indices',
    seen: `${indices.length} indices, ${records.length} of them ${prefix}_*`,
    findings: [
      ...red,
      ...(differing === undefined
        ? records.length === 0 && writers.length > 0
          ? [finding('RECORD_PREFIX_WRONG', `exporter ${writers.join(', ')}, and no index matches ${prefix}_*`)]
          : []
        : [
            finding(
              'RECORD_PREFIX_DIFFERS',
              `exporter ${differing.id} writes ${differing.indexPrefix}, the cluster file says ${prefix}`,
            ),
          ]),
      ...lacking,
      ...forgotten,
    ],
  };
}

export function judgePolicies({ configured, engine }: CheckReadings): Judged {
  const policies = valueOf(engine.policies) ?? [];
  const ours = policies.filter(({ repository }) => repository === configured.repository);
  const findings = ours.map(({ name, deletes = 'nothing', deletesPattern }) =>
    deletesPattern !== undefined && matchesOurs(deletesPattern)
      ? finding('POLICY_DELETES_PARTS', `policy "${name}" deletes ${deletesPattern} by ${deletes}`)
      : finding(
          'POLICY_IN_REPOSITORY',
          `policy "${name}" writes to "${configured.repository}" and deletes of its own: ${deletes}`,
        ),
  );
  return {
    check: 'policies',
    findings,
    ...('value' in engine.policies
      ? { seen: engine.policies.value === undefined ? 'none known to this engine' : `${policies.length} policies` }
      : {}),
  };
}

const partNames = [
  'camunda_operate_1_8.6.0_part_1_of_6',
  'camunda_zeebe_records_backup_1',
  'camunda_webapps_1_8.8.0_part_1_of_7',
];

/** Patterns apart by commas; `*` stands for any text. */
function matchesOurs(pattern: string): boolean {
  return pattern.split(',').some((part) => {
    const [start = '', ...rest] = part.trim().split('*');
    if (rest.length === 0) return start.startsWith('camunda_');
    return partNames.some((name) => name.startsWith(start)) || (start.startsWith('camunda_') && rest.length > 0);
  });
}
