import { activityInfo, Context } from '@temporalio/activity';
import { CatalogueConflictError, type Catalogue } from '../catalogue/catalogue.ts';
import { RejectedError, UnreachableError } from '../clients/errors.ts';
import type { CatalogueRecord } from '../model/catalogue-record.ts';
import { coverageFindings, type CoverageFinding, type IndexOwner } from '../model/coverage.ts';
import { describeDuration } from '../model/durations.ts';
import { indexOwners, patternsOf } from '../model/index-owners.ts';
import type { IndexReading } from '../model/inventory.ts';
import { BackupStoreError } from '../stores/errors.ts';
import type { Cluster } from './clusters.ts';
import { heartbeating, type Beat } from './heartbeat.ts';
import { draftRecord, type ReadBack, type ToldByWorkflow, type ToldToProof } from './record-draft.ts';
import { recordDefinitions, recordIndices, recordObjects } from './record-readings.ts';
import { isTransient, polling } from './wait.ts';

/** What became of the record of a backup, and what a restore of it would lose. */
export interface Recorded {
  /** Absent where no catalogue is configured, and where nothing could be written. */
  readonly record?: { readonly key: string; readonly sha256: string };
  /** ISO 8601; absent where there was nothing to write. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly warnings: readonly string[];
}

const defaultRecordMs = 300_000;
/** How long the one reading may take that a backup without a catalogue makes, for a warning only. */
const coveragePatienceMs = 10_000;
/** Workers that may die while they write, before a proof is worth more than its record. */
const mostDeaths = 2;

/**
 * Writes the record of a backup into the catalogue, and looks what of Camunda is not in the set. Never throws for either: a proven backup is
 * proven without its record, and the warning says what it lacks. Only what cancels the activity ends it.
 */
export async function recordBackup(
  cluster: Cluster,
  input: ToldToProof,
  told: ToldByWorkflow | undefined,
  back: ReadBack,
): Promise<Recorded> {
  const { catalogue } = cluster;
  if (catalogue === undefined || told === undefined) return { warnings: await coverageOf(cluster, input, back) };
  return heartbeating((beat) => writeUntilDone({ cluster, catalogue, input, told, back }, beat));
}

interface Recording {
  readonly cluster: Cluster;
  readonly catalogue: Catalogue;
  readonly input: ToldToProof;
  readonly told: ToldByWorkflow;
  readonly back: ReadBack;
}

/** What a later attempt of the activity goes on from. */
interface RecordHeartbeat {
  readonly waitingFor: string;
  readonly seen: string;
  readonly recording: { readonly since: string; readonly deaths: number };
}

async function writeUntilDone(recording: Recording, beat: Beat): Promise<Recorded> {
  const { catalogue, input } = recording;
  const { cancellationSignal } = Context.current();
  const earlier = earlierHeartbeat(activityInfo().heartbeatDetails);
  const startedAt = earlier?.since ?? new Date().toISOString();
  const deaths = earlier === undefined ? 0 : earlier.deaths + 1;
  const forMs = input.facts.timing.recordMs ?? defaultRecordMs;
  const leftMs = (): number => Date.parse(startedAt) + forMs - Date.now();
  const ended = (more: Omit<Recorded, 'startedAt' | 'endedAt'>): Recorded => ({
    ...more,
    startedAt,
    endedAt: new Date().toISOString(),
  });
  const unrecorded = (why: string): Recorded =>
    ended({ warnings: [`backup ${input.backupId} is not in the catalogue: ${why}. ${whatItMeans}`] });
  if (deaths >= mostDeaths) return unrecorded(`${deaths} workers died while they wrote its record`);
  const poll = polling(input.facts.timing);
  for (let seen = beginning; ; await poll.pause(Math.max(leftMs(), 0))) {
    const heartbeat: RecordHeartbeat = {
      waitingFor: `the record of backup ${input.backupId} in ${catalogue.place}; the proof ${recording.back.proof.holds ? 'holds' : 'does not hold'}`,
      seen,
      recording: { since: startedAt, deaths },
    };
    beat(heartbeat);
    const signal = AbortSignal.any([cancellationSignal, AbortSignal.timeout(Math.max(leftMs(), 1))]);
    try {
      // What cannot be read is asked for again during the first half of the time, and named in the record after that.
      return ended(await writeOnce(recording, { leftMs: leftMs(), patient: leftMs() > forMs / 2 }, signal));
    } catch (error) {
      if (cancellationSignal.aborted) throw cancellationSignal.reason;
      // What the end of the time cut off says less than what went wrong before it.
      if (!signal.aborted || seen === beginning) seen = wordsOf(error);
      if (leftMs() <= 0) return unrecorded(`tried for ${describeDuration(forMs)}, last: ${seen}`);
      if (!canPass(error)) return unrecorded(seen);
    }
  }
}

const beginning = 'being written';

const whatItMeans =
  'It can be restored; but it cannot be PROVEN later, nor verified against what its objects were, and its templates are recorded nowhere';

async function writeOnce(
  { cluster, catalogue, input, told, back }: Recording,
  { leftMs, patient }: { readonly leftMs: number; readonly patient: boolean },
  signal: AbortSignal,
): Promise<Pick<Recorded, 'record' | 'warnings'>> {
  const { facts } = input;
  const draft = draftRecord(input, told, back);
  const run = { cluster: draft.cluster, backupId: draft.backupId, runId: draft.run.runId };
  const own = await catalogue.findOwn(run, signal);
  if (own !== undefined) {
    return { record: { key: own.key, sha256: own.sha256 }, warnings: await coverageOf(cluster, input, back) };
  }
  const unread: { what: string; why: string }[] = [];
  const read = async <T>(what: string, reading: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await reading();
    } catch (error) {
      if (signal.aborted || error instanceof CatalogueConflictError || (patient && canPass(error))) throw error;
      unread.push({ what, why: wordsOf(error) });
      return undefined;
    }
  };
  const owners = ownersOf(cluster, facts);
  const beside = { catalogue, run, signal };
  const { store } = cluster;
  // A store with more objects than can be listed in this time costs the record its list, not the backup its record.
  const listing = {
    ...beside,
    signal: AbortSignal.any([signal, AbortSignal.timeout(Math.max(Math.floor(leftMs / 2), 1))]),
  };
  const objects = store && (await read("the Zeebe backup's objects", () => recordObjects(store, listing)));
  const counted = await read('the indices', () => recordIndices(cluster, owners, beside));
  const definitions = await read('templates and policies', () =>
    recordDefinitions(cluster, owners, facts.searchEngine.product, beside),
  );
  const repository = await read('the snapshot repository', () =>
    cluster.inventory.readRepository(facts.repository, signal),
  );
  const coverage = counted === undefined ? [] : findings(cluster, input, back, counted.live);
  const record: CatalogueRecord = {
    ...draft,
    zeebe: {
      ...draft.zeebe,
      ...(store === undefined ? {} : { store: store.place }),
      ...(objects === undefined ? {} : { objects }),
    },
    ...(repository === undefined ? {} : { repository: { name: facts.repository, ...repository } }),
    ...(counted === undefined ? {} : { indices: counted.indices }),
    ...(definitions === undefined ? {} : { definitions }),
    coverage,
    unread,
  };
  const written = await catalogue.write(record, signal);
  return {
    record: { key: written.key, sha256: written.sha256 },
    warnings: [
      ...coverage.map(inWords),
      ...unread.map(({ what, why }) => `the catalogue's record of backup ${draft.backupId} is without ${what}: ${why}`),
    ],
  };
}

/** Without a catalogue, and where the record was written already: one short reading, for the warnings only. */
async function coverageOf(cluster: Cluster, input: ToldToProof, back: ReadBack): Promise<readonly string[]> {
  const { cancellationSignal } = Context.current();
  const signal = AbortSignal.any([cancellationSignal, AbortSignal.timeout(coveragePatienceMs)]);
  try {
    const live = await cluster.inventory.readIndices(patternsOf(ownersOf(cluster, input.facts)), signal);
    return findings(cluster, input, back, live).map(inWords);
  } catch (error) {
    if (cancellationSignal.aborted) throw cancellationSignal.reason;
    return [`what a restore of backup ${input.backupId} would lose could not be read: ${wordsOf(error)}`];
  }
}

const findings = (
  cluster: Cluster,
  { facts }: ToldToProof,
  { snapshots }: ReadBack,
  live: readonly IndexReading[],
): readonly CoverageFinding[] =>
  coverageFindings({
    owners: ownersOf(cluster, facts),
    indices: live,
    snapshots: snapshots.map(({ component, snapshot: { name, indices, startTimeMs } }) => ({
      component,
      name,
      indices,
      startTimeMs,
    })),
  });

const ownersOf = (cluster: Cluster, { webApps }: ToldToProof['facts']): readonly IndexOwner[] =>
  indexOwners(
    cluster,
    webApps.map(({ app }) => app),
  );

const inWords = ({ code, says }: CoverageFinding): string => `${code}: ${says}`;

/** Whether the same call can succeed in a moment. */
function canPass(error: unknown): boolean {
  if (error instanceof BackupStoreError) return error.kind === 'unreachable';
  if (error instanceof UnreachableError || error instanceof RejectedError) return isTransient(error);
  return error instanceof Error && error.name === 'TimeoutError';
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);

function earlierHeartbeat(details: unknown): RecordHeartbeat['recording'] | undefined {
  if (typeof details !== 'object' || details === null || !('recording' in details)) return undefined;
  const { recording } = details;
  if (typeof recording !== 'object' || recording === null) return undefined;
  if (!('since' in recording) || !('deaths' in recording)) return undefined;
  const { since, deaths } = recording;
  return typeof since === 'string' && typeof deaths === 'number' ? { since, deaths } : undefined;
}
