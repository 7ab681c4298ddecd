import type { SnapshotPart } from '../backup-parts.ts';
import type { ZeebeBackup } from '../zeebe.ts';
import type { SetReason } from './reasons.ts';

/** By how much the clocks of two servers may differ: an order that is wrong by less may be right. */
export const clockSkewMs = 60_000;

/** What must have ended before what began. */
export interface TimedParts {
  readonly webApps: readonly SnapshotPart[];
  readonly records?: SnapshotPart;
  readonly zeebe?: ZeebeBackup;
}

/**
 * The order of the parts by the servers' timestamps: web applications, then the records, then Zeebe, whose log must reach beyond everything
 * that the others hold. `proven`: the run that made the backup read each end before it began the next, so that times which say otherwise are
 * those of clocks that differ.
 */
export function orderProblems(parts: TimedParts, proven: boolean): readonly SetReason[] {
  const { webApps, records, zeebe } = parts;
  const apps = span('the last part of the web applications', webApps);
  const ofRecords = span('the snapshot of the records', records === undefined ? [] : [records]);
  const begins = (zeebe?.partitions ?? []).flatMap(({ createdAt = '' }) => Date.parse(createdAt) || []);
  const ofZeebe = begins.length === 0 ? undefined : { what: "Zeebe's backup", from: Math.min(...begins), to: 0 };
  return [
    ...before(apps, ofRecords, proven),
    ...before(ofRecords, ofZeebe, proven),
    ...(ofRecords === undefined ? before(apps, ofZeebe, proven) : []),
  ];
}

interface Timed {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

function span(what: string, parts: readonly SnapshotPart[]): Timed | undefined {
  const ended = parts.filter(({ endedAt }) => Date.parse(endedAt) > 0);
  if (ended.length === 0) return undefined;
  return {
    what,
    from: Math.min(...ended.map(({ startedAt }) => Date.parse(startedAt))),
    to: Math.max(...ended.map(({ endedAt }) => Date.parse(endedAt))),
  };
}

function before(first: Timed | undefined, second: Timed | undefined, proven: boolean): readonly SetReason[] {
  if (first === undefined || second === undefined || first.to <= second.from) return [];
  const lateMs = first.to - second.from;
  const says =
    `${first.what} ended ${new Date(first.to).toISOString()}, and ${second.what} had begun ` +
    `${new Date(second.from).toISOString()}, ${lateMs} ms before`;
  if (lateMs > clockSkewMs) {
    if (!proven) return [{ code: 'ORDER_WRONG', says }];
    return [{ code: 'ORDER_UNCERTAIN', says: `${says}; its run saw the right order: the servers' clocks differ` }];
  }
  return proven ? [] : [{ code: 'ORDER_UNCERTAIN', says: `${says}: less than clocks may differ (${clockSkewMs} ms)` }];
}
