import type { BackupSchedule } from '../schedules/backup-schedule.ts';
import { optionsOf } from '../schedules/create-or-update.ts';
import { quoted } from './temporal-command.ts';

/** What the Temporal CLI would have to be told to create the same Schedule, ready to paste into a shell. */
export function temporalScheduleCreate(schedule: BackupSchedule, namespace: string): string {
  const { scheduleId, spec, action, policies } = optionsOf(schedule);
  const words = ['temporal', 'schedule', 'create'];
  if (namespace !== 'default') words.push('--namespace', namespace);
  words.push('--schedule-id', scheduleId);
  for (const cron of spec.cronExpressions) words.push('--cron', cron);
  for (const { every, offset } of spec.intervals) {
    words.push('--interval', offset === 0 ? goDuration(every) : `${goDuration(every)}/${goDuration(offset)}`);
  }
  if (spec.cronExpressions.length > 0) words.push('--time-zone', spec.timezone);
  if (spec.jitter > 0) words.push('--jitter', goDuration(spec.jitter));
  words.push('--overlap-policy', 'Skip', '--catchup-window', goDuration(policies.catchupWindow));
  words.push('--workflow-id', action.workflowId, '--task-queue', action.taskQueue, '--type', action.workflowType);
  words.push('--input', JSON.stringify(action.args[0]));
  for (const [key, value] of Object.entries(action.memo)) words.push('--memo', `${key}=${JSON.stringify(value)}`);
  words.push('--static-summary', action.staticSummary);
  return words.map(quoted).join(' ');
}

/** "6h", "90m", "30s": Go knows no days. */
function goDuration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1_000}s`;
}
