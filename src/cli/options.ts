import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../model/durations.ts';

export type Output = 'table' | 'json';

/** How the data on stdout looks. The JSON of each command is described in docs/command-line.md. */
export const outputOption = (): Option =>
  new Option('-o, --output <format>', 'how the data on stdout looks').choices(['table', 'json']).default('table');

/** Milliseconds of "30s", "15m" or "6h". */
export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Give a duration like "30s", "15m" or "6h".');
  return ms;
}

/** Labels so far, and one more: "ticket=OPS-17". */
export function labelArgument(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('Give a key and a value: ticket=OPS-17.');
  return { ...before, [key]: value };
}

export function integerArgument(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
