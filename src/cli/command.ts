import type { Command } from 'commander';
import type { ZeebeConfig } from '../config/load-zeebe.ts';

/** What a command gets from the composition root. Data goes to stdout, words go to stderr. */
export interface Cli {
  /** The environment, with `--cluster-file` in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to stdout what the caller asked for. */
  readonly data: (text: string) => void;
  /** Writes one line to stderr: progress, advice, errors. */
  readonly say: (line: string) => void;
  /** Aborted by Ctrl-C or SIGTERM. A second one kills. */
  readonly interrupted: AbortSignal;
  /** Reads the clusters of the cluster file when it is first called, as far as a command needs them; throws a ConfigError. */
  readonly zeebe: () => ZeebeConfig;
}

/** One command, or a group of them. An action returns when all went well and throws a `CliError` otherwise. */
export type CreateCommand = (cli: Cli) => Command;
