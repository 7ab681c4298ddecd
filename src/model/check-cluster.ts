import { judgeAddresses, judgeAuthentication, judgeClocks } from './check-addresses.ts';
import { judgeCatalogue } from './check-catalogue.ts';
import { checkNames, type CheckName } from './check-declarations.ts';
import type { Finding, Judged } from './check-findings.ts';
import { judgeBackupIds, judgeLeftovers } from './check-ids.ts';
import type { CheckReadings } from './check-readings.ts';
import { judgeBackupStore, judgeIndices, judgePolicies, judgeRepository, judgeWebApps } from './check-stores.ts';
import {
  judgeBrokerDisks,
  judgeEngineDisks,
  judgeExporters,
  judgeExporting,
  judgePartitions,
  judgeTopology,
  judgeVersions,
} from './check-zeebe.ts';
import { fitting } from './fitting.ts';

/** One row of the report. */
export interface Checked {
  readonly check: CheckName;
  /** What it holds when all is well. */
  readonly expects: string;
  readonly outcome: 'ok' | 'found' | 'not read';
  /** What was looked at. */
  readonly seen?: string;
}

export interface CheckClusterResult {
  readonly cluster: string;
  /** ISO 8601. */
  readonly checkedAt: string;
  /** Whether no finding is an error. */
  readonly ok: boolean;
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly unlisted: number;
  readonly checked: readonly Checked[];
}

const judges: readonly ((readings: CheckReadings) => Judged)[] = [
  judgeAddresses,
  judgeAuthentication,
  judgeVersions,
  judgeTopology,
  judgePartitions,
  judgeExporting,
  judgeExporters,
  judgeRepository,
  judgeWebApps,
  judgeBackupStore,
  judgeCatalogue,
  judgeIndices,
  judgeBrokerDisks,
  judgeEngineDisks,
  judgeBackupIds,
  judgeLeftovers,
  judgePolicies,
  judgeClocks,
];

/** JSON of a result that an Event History, the Web UI and a terminal all take: with the frame around it below 64 KiB. */
const largestFindingsBytes = 48 * 1024;
const longestSeen = 400;

/** The one rule: what a reading of a cluster says about its next backup. */
export function judgeCluster(readings: CheckReadings): CheckClusterResult {
  const judged = judges.map((judge) => judge(readings));
  const all = judged.flatMap(({ findings }) => findings);
  const ordered = [...all.filter(isError), ...all.filter((found) => !isError(found))];
  const findings = fitting(ordered, largestFindingsBytes);
  return {
    cluster: readings.cluster,
    checkedAt: new Date(readings.nowMs).toISOString(),
    ok: !all.some(isError),
    findings,
    unlisted: all.length - findings.length,
    checked: judged.map(({ check, findings: own, seen }) => ({
      check,
      expects: checkNames[check],
      outcome: own.length > 0 ? 'found' : seen === undefined ? 'not read' : 'ok',
      ...(seen === undefined ? {} : { seen: seen.slice(0, longestSeen) }),
    })),
  };
}

const isError = ({ severity }: Finding): boolean => severity === 'error';
