import { judgeRecords, judgeWebApp, type JudgedComponent, type KnownAtBackup } from '../backup-evidence.ts';
import { existedBefore, snapshotPart, type SnapshotPart } from '../backup-parts.ts';
import { valueOf } from '../check-readings.ts';
import type { Snapshot } from '../snapshots.ts';
import { historyIndices, webAppNames, type WebApp } from '../web-apps.ts';
import type { CorrelatedSet, FoundSnapshot } from './correlate.ts';
import type { ExpectedSet } from './expected.ts';
import type { SetReadings } from './readings.ts';
import type { SetReason } from './reasons.ts';

/** One component's snapshots of a set. */
export interface SetComponent {
  readonly component: WebApp | 'records';
  readonly parts: readonly SnapshotPart[];
  /** How many there must be, where that is known. */
  readonly count?: number;
  /** As the names of the parts tell it. */
  readonly version?: string;
  readonly judged: JudgedComponent;
  readonly reasons: readonly SetReason[];
}

/** Every component that the set must hold or does hold. The search engine was read. */
export function judgeComponents(
  set: CorrelatedSet,
  { known, apps, guessedBy }: ExpectedSet,
  readings: SetReadings,
): readonly SetComponent[] {
  const held = new Set([...apps, ...set.parts.map(({ of }) => of.app)]);
  const webApps = [...held].map((app) => ofWebApp(app, set, known, readings));
  if (known.recordsExported) return [...webApps, ofRecords(set, known, readings, guessedBy === undefined)];
  return set.records === undefined ? webApps : [...webApps, ofRecords(set, known, readings, false)];
}

/** What is there under the ID and is no part of what the record of the backup says. */
function unrecorded(who: string, found: readonly FoundSnapshot[], { recorded }: CorrelatedSet): readonly SetReason[] {
  const names = recorded?.record?.snapshots.map(({ name }) => name);
  if (names === undefined) return [];
  return found
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => ({ code: 'FOREIGN_PART', says: `${who}: snapshot ${name} is not in the record of the backup` }));
}

function ofWebApp(app: WebApp, set: CorrelatedSet, known: KnownAtBackup, readings: SetReadings): SetComponent {
  const found = set.parts.filter(({ of }) => of.app === app).toSorted((a, b) => a.of.number - b.of.number);
  const parts = found.map(inFull);
  const configured = readings.configured.webApps.find((candidate) => candidate.app === app);
  const { indexPrefixes, requiredIndices } = configured ?? (app === 'webapps' ? historyIndices() : byName(app));
  const held = { app, existed: existed(app, parts, set, readings), indexPrefixes, requiredIndices };
  const judged = judgeWebApp({ ...held, parts }, known);
  const identities = allSeen(found)
    ? judged.identities
    : judgeWebApp({ ...held, parts: seen(found) }, known).identities;
  const version = found[0]?.of.version;
  const count = found[0]?.of.count;
  return {
    component: app,
    parts: parts.map(snapshotPart),
    ...(count === undefined ? {} : { count }),
    ...(version === undefined ? {} : { version }),
    judged: { ...judged, identities },
    reasons: [...reasonsOf(judged, found, appSays(app, set)), ...unrecorded(judged.name, found, set)],
  };
}

const byName = (app: WebApp) => ({ indexPrefixes: [app], requiredIndices: [] });

function ofRecords(set: CorrelatedSet, known: KnownAtBackup, readings: SetReadings, ours: boolean): SetComponent {
  const found = set.records === undefined ? [] : [set.records];
  const parts = found.map(inFull);
  const held = {
    existed: existed('records', parts, set, readings),
    indexPrefix: readings.configured.recordIndexPrefix,
  };
  const judged = judgeRecords({ ...held, snapshot: parts[0] }, known, ours);
  const identities = allSeen(found)
    ? judged.identities
    : judgeRecords({ ...held, snapshot: seen(found)[0] }, known, ours).identities;
  return {
    component: 'records',
    parts: parts.map(snapshotPart),
    count: 1,
    judged: { ...judged, identities },
    reasons: [...reasonsOf(judged, found, ''), ...unrecorded(judged.name, found, set)],
  };
}

/** By the record what the snapshots held when they were proven; else the indices of now that are older than the set. */
function existed(
  component: WebApp | 'records',
  parts: readonly Snapshot[],
  { recorded }: CorrelatedSet,
  { engine, configured }: SetReadings,
): readonly string[] {
  const held = recorded?.record?.snapshots.filter((each) => each.component === component);
  if (held !== undefined) return [...new Set(held.flatMap(({ indices }) => indices))];
  const prefixes =
    component === 'records'
      ? [`${configured.recordIndexPrefix}_`]
      : (configured.webApps.find(({ app }) => app === component)?.indexPrefixes ?? []).map((prefix) => `${prefix}-`);
  const live = (valueOf(engine.indices) ?? []).filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
  return parts.length === 0 ? [] : existedBefore(live, parts);
}

/** Who a snapshot is can be told only of one that was read. */
const seen = (found: readonly FoundSnapshot[]): readonly Snapshot[] => found.flatMap(({ snapshot = [] }) => snapshot);

const allSeen = (found: readonly FoundSnapshot[]): boolean => found.every(({ snapshot }) => snapshot !== undefined);

/** What is not known of it is left open here: a reason of its own says so. */
const inFull = ({ name, state, snapshot }: FoundSnapshot): Snapshot =>
  snapshot ?? {
    name,
    uuid: '',
    state,
    indices: [],
    shards: { total: 0, failed: 0, successful: 0 },
    startTimeMs: 0,
    endTimeMs: 0,
    failures: [],
    metadata: {},
  };

function reasonsOf(judged: JudgedComponent, found: readonly FoundSnapshot[], says: string): readonly SetReason[] {
  const blind = found.filter(({ snapshot }) => snapshot === undefined);
  const seen = judged.problems.filter(
    ({ code }) => blind.length === 0 || (code !== 'INDEX_MISSING' && code !== 'NO_INDEX'),
  );
  return [
    ...seen.map(({ code, says: text }) => ({ code, says: `${judged.name}: ${text}${absent(code) ? says : ''}` })),
    ...found.flatMap(({ name, unreadable, snapshot }): readonly SetReason[] => {
      if (unreadable !== undefined) {
        const code = unreadable.kind === 'lost' ? 'SNAPSHOT_LOST' : 'SNAPSHOT_UNREADABLE';
        return [{ code, says: `${judged.name}: snapshot ${name}: ${unreadable.message}` }];
      }
      if (snapshot !== undefined) return [];
      return [{ code: 'SNAPSHOT_UNREADABLE', says: `${judged.name}: snapshot ${name} was listed and not found again` }];
    }),
  ];
}

const absent = (code: SetReason['code']): boolean => code === 'WEB_APP_MISSING' || code === 'PART_MISSING';

/** An application that says otherwise may write to another repository. */
function appSays(app: WebApp, { apps }: CorrelatedSet): string {
  const told = apps.find((each) => each.app === app);
  return told === undefined ? '' : `; ${webAppNames[app]} itself says ${told.backup.state}`;
}
