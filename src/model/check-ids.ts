import { chooseBackupId, largestBackupId } from './backup-id.ts';
import { versionFacts } from './camunda-version.ts';
import { finding, type Judged } from './check-findings.ts';
import { valueOf, type CheckReadings } from './check-readings.ts';
import { exportsRecords } from './record-exporters.ts';
import { webAppNames, type WebApp } from './web-apps.ts';

const apps: readonly WebApp[] = ['operate', 'tasklist', 'optimize', 'webapps'];

/** What of each backup there is in the repository, by its ID. */
function storedParts({ engine }: CheckReadings): ReadonlyMap<number, ReadonlySet<string>> {
  const parts = new Map<number, Set<string>>();
  for (const { name } of valueOf(engine.snapshots) ?? []) {
    const [, component = '', digits] =
      /^camunda_(operate|tasklist|optimize|webapps|zeebe_records_backup)_(\d+)/.exec(name) ?? [];
    if (digits === undefined || !Number.isSafeInteger(Number(digits))) continue;
    const found = parts.get(Number(digits)) ?? new Set();
    parts.set(Number(digits), found.add(component));
  }
  return parts;
}

export function judgeBackupIds(readings: CheckReadings): Judged {
  const { backupId, nowMs, brokers, store } = readings;
  const backups = valueOf(readings.zeebeBackups);
  const inStore = valueOf(store);
  const ofZeebe = [
    ...(backups ?? []).map((backup) => backup.backupId),
    ...brokers.flatMap(({ metrics }) => valueOf(metrics)?.checkpointIds ?? []),
    ...(inStore === undefined ? [] : [inStore]),
  ];
  const stored = [...storedParts(readings).keys()];
  const latest = Math.max(0, ...ofZeebe);
  const highest = Math.max(latest, ...stored);
  const seconds = Math.floor(nowMs / 1_000);
  const used = backupId !== undefined && (backupId <= latest || stored.includes(backupId));
  const next = chooseBackupId(nowMs, [highest]);
  return {
    check: 'backupIds',
    ...(backups === undefined ? {} : { seen: `highest known ${highest}, next ${next}` }),
    findings: [
      ...(used ? [finding('BACKUP_ID_USED', `${backupId}; the highest that Zeebe has seen is ${latest}`)] : []),
      ...(highest >= largestBackupId
        ? [finding('BACKUP_IDS_EXHAUSTED', `highest known ${highest}, largest ${largestBackupId}`)]
        : highest > seconds
          ? [finding('BACKUP_IDS_AHEAD', `highest known ${highest}, seconds since the epoch ${seconds}`)]
          : []),
    ],
  };
}

const shown = 5;

const few = (words: readonly string[]): string =>
  words.length > shown ? `${words.slice(0, shown).join('; ')}; and ${words.length - shown} more` : words.join('; ');

/** While an operation of ours runs, what is half done is its own. */
export function judgeLeftovers(readings: CheckReadings): Judged {
  const { holder, engine } = readings;
  const snapshots = valueOf(engine.snapshots);
  const backups = valueOf(readings.zeebeBackups);
  const ofTests = engine.testIndices ?? [];
  const tested = ofTests.length > 0 ? [finding('TEST_INDICES_LEFT', few(ofTests))] : [];
  if (snapshots === undefined || backups === undefined) return { check: 'leftovers', findings: tested };
  const running = holder === undefined ? snapshots.filter(({ state }) => state === 'IN_PROGRESS') : [];
  const broken = snapshots.filter(
    ({ name, state }) => name.startsWith('camunda_') && /^(FAILED|PARTIAL|INCOMPATIBLE)$/.test(state),
  );
  const inState = (holds: (state: string) => boolean) =>
    backups.filter(({ state }) => holds(state)).map(({ backupId, state }) => `backup ${backupId} is ${state}`);
  const zeebeRunning = holder === undefined ? inState((state) => state === 'IN_PROGRESS') : [];
  const zeebeBroken = inState((state) => state === 'FAILED' || state === 'INCOMPLETE');
  const halves = holder === undefined && running.length === 0 && zeebeRunning.length === 0 ? notWhole(readings) : [];
  return {
    check: 'leftovers',
    seen: `${snapshots.length} snapshots, ${backups.length} Zeebe backups`,
    findings: [
      ...(running.length > 0
        ? [finding('SNAPSHOT_RUNNING', few(running.map(({ name }) => `${name} is being written`)))]
        : []),
      ...(broken.length > 0
        ? [finding('SNAPSHOT_BROKEN', few(broken.map(({ name, state }) => `${name} is ${state}`)))]
        : []),
      ...(zeebeRunning.length > 0 ? [finding('ZEEBE_BACKUP_RUNNING', few(zeebeRunning))] : []),
      ...(zeebeBroken.length > 0 ? [finding('ZEEBE_BACKUP_BROKEN', few(zeebeBroken))] : []),
      ...(halves.length > 0 ? [finding('BACKUP_NOT_WHOLE', few(halves))] : []),
      ...tested,
    ],
  };
}

function notWhole(readings: CheckReadings): readonly string[] {
  const stored = storedParts(readings);
  const zeebe = new Map((valueOf(readings.zeebeBackups) ?? []).map(({ backupId, state }) => [backupId, state]));
  const expected = readings.webApps.filter(({ version }) => 'value' in version).map(({ app }) => app);
  const ids = [...new Set([...stored.keys(), ...zeebe.keys()])].toSorted((a, b) => b - a);
  return ids.flatMap((id) => {
    // A broken one is a finding of its own.
    if (/^(FAILED|INCOMPLETE)$/.test(zeebe.get(id) ?? '')) return [];
    const parts = stored.get(id) ?? new Set<string>();
    const lacking = [
      ...(zeebe.has(id) ? [] : ['Zeebe']),
      ...apps.filter((app) => expected.includes(app) && !parts.has(app)).map((app) => webAppNames[app]),
      ...(parts.has(records) || !recordsExpected(id, readings, stored) ? [] : ['exported records']),
    ];
    return lacking.length === 0 ? [] : [`backup ${id} lacks ${lacking.join(', ')}`];
  });
}

const records = 'zeebe_records_backup';

/**
 * A cluster can be without exported records, or have had none when a backup was made. They were there for one of which an earlier one has
 * them, and for one that is younger than their oldest index of today, while an exporter still writes them.
 */
function recordsExpected(
  id: number,
  { gateway, brokers, engine, zeebeBackups }: CheckReadings,
  stored: ReadonlyMap<number, ReadonlySet<string>>,
): boolean {
  const version = valueOf(gateway.version);
  const combined = version !== undefined && versionFacts(version)?.family === 'orchestration-cluster';
  const told = brokers.flatMap(({ configuration }) => valueOf(configuration)?.exporters ?? []);
  const exporters = valueOf(gateway.topology)?.exporters ?? [];
  if (!exporters.some((exporter) => !combined || exportsRecords(exporter, told) === 'yes')) return false;
  const earlier = [...stored].some(([other, parts]) => other < id && parts.has(records));
  const zeebe = valueOf(zeebeBackups)?.find(({ backupId }) => backupId === id);
  const began = Math.min(...(zeebe?.partitions ?? []).flatMap(({ createdAt = '' }) => Date.parse(createdAt) || []));
  return earlier || (Number.isFinite(began) && began > (engine.recordsSinceMs ?? Infinity));
}
