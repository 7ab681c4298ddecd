import type { IdleRecord } from '../cases/run-idle-case.ts';
import type { Violation } from './verdict.ts';

/** What is wrong with how a stranger's pause on an idle cluster was met. */
export function idleViolationsOf({ reported, changed, backup }: IdleRecord): readonly Violation[] {
  return [
    ...(changed.length === 0
      ? []
      : [{ kind: 'STRANGERS_PAUSE_LIFTED' as const, what: `it was changed: ${changed.join('; ')}` }]),
    ...(reported.every((owner) => owner === 'FOREIGN')
      ? []
      : [{ kind: 'STRANGERS_PAUSE_UNREPORTED' as const, what: `the watch called it ${reported.join(', then ')}` }]),
    ...(backup === undefined || (backup.type === 'FailedPrecondition' && /the pause is not ours/.test(backup.said))
      ? []
      : [
          {
            kind: 'STRANGERS_PAUSE_UNREPORTED' as const,
            what: `a backup that was started in it ended ${backup.end} ${backup.type ?? ''}: ${backup.said.slice(0, 300)}`,
          },
        ]),
  ];
}
