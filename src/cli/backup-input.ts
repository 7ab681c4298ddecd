import { Option, type Command } from 'commander';
import type { BackupClusterInput } from '../model/backup-request.ts';
import { integerArgument, labelArgument } from './options.ts';

/** What a backup is told, one that begins now or each run of a Schedule. */
export interface BackupInputOptions {
  readonly reason?: string;
  readonly requestedBy?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly ifBusy?: 'fail' | 'wait';
  readonly attempts?: number;
  readonly maxPause?: string;
}

/** What holds where an option is left out, in words. */
interface Defaults {
  readonly requestedBy: string;
  readonly ifBusy?: string;
}

export const withBackupInput = (command: Command, defaults: Defaults): Command =>
  command
    .option('--reason <text>', 'why, for the audit')
    .option('--requested-by <text>', `who, for the audit (default: ${defaults.requestedBy})`)
    .option('--label <key=value>', 'a label for the audit; can be repeated', labelArgument)
    .addOption(
      new Option(
        '--if-busy <what>',
        `while another operation holds the cluster${defaults.ifBusy === undefined ? '' : ` (default: ${defaults.ifBusy})`}`,
      ).choices(['fail', 'wait']),
    )
    .option('--attempts <n>', 'how often a new ID is tried after a failure that a new ID can cure', integerArgument)
    .option('--max-pause <duration>', 'longest time exporting may stay paused, like 45m');

export function backupInputOf(options: BackupInputOptions): Omit<BackupClusterInput, 'cluster'> {
  const { reason, requestedBy, label: labels, ifBusy, attempts, maxPause } = options;
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    ...(labels === undefined ? {} : { labels }),
    ...(ifBusy === undefined ? {} : { ifBusy }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(maxPause === undefined ? {} : { maxPause }),
  };
}
