import type { Finding, FindingCode } from './check-findings.ts';
import type { CheckReadings } from './check-readings.ts';
import { judgeBackupStore, judgeIndices, judgeRepository } from './check-stores.ts';
import { judgeExporters, judgePartitions } from './check-zeebe.ts';

/**
 * The findings for which a backup is refused before anything is taken: it would fail, or be called COMPLETED and be none. What discovery and
 * the choice of the ID refuse by themselves is not among them. `passing`: it can be over a moment later, so it is looked at again.
 */
export const refusals: Readonly<Partial<Record<FindingCode, 'lasting' | 'passing'>>> = {
  PARTITION_UNHEALTHY: 'passing',
  EXPORTERS_DIFFER: 'lasting',
  REPOSITORY_NOT_WRITABLE: 'passing',
  REPOSITORY_NODE_MISSING: 'passing',
  BACKUP_STORES_DIFFER: 'lasting',
  BACKUP_STORE_ELSEWHERE: 'lasting',
  RECORD_PREFIX_DIFFERS: 'lasting',
  WEB_APP_PREFIX_WRONG: 'lasting',
  ENGINE_RED: 'passing',
  BROKER_DISK_FULL: 'lasting',
};

const judges = [judgePartitions, judgeExporters, judgeRepository, judgeBackupStore, judgeIndices];

/** What a check would find in these readings and a backup must not begin with. */
export const findingsBeforeBackup = (readings: CheckReadings): readonly Finding[] =>
  judges.flatMap((judge) => judge(readings).findings).filter(({ code }) => refusals[code] !== undefined);

export const mayPass = (findings: readonly Finding[]): boolean =>
  findings.every(({ code }) => refusals[code] === 'passing');
