import { parseArgs } from 'node:util';
import { scenarios, type Scenario } from './scenarios.ts';
import { isSize, sizes, type Size } from './sets/sizes.ts';

export interface Options {
  /** Empty: none. */
  readonly backups: readonly Scenario[];
  readonly sets: Size | undefined;
  /** Absent: once for backups, which only wait, and three times for what computes. */
  readonly repeat?: number;
  readonly json: boolean;
}

export function readOptions(args: readonly string[]): Options | { readonly problem: string } {
  const names = scenarios.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        scenario: { type: 'string', multiple: true },
        size: { type: 'string', default: 'full' },
        repeat: { type: 'string' },
        output: { type: 'string', default: 'text' },
      },
    });
    const {
      only = values.scenario === undefined ? 'both' : 'backups',
      scenario = names,
      size,
      repeat,
      output,
    } = values;
    const unknown = scenario.find((name) => !names.includes(name));
    if (unknown !== undefined) return { problem: `There is no scenario "${unknown}". Known: ${names.join(', ')}.` };
    if (!['both', 'backups', 'sets'].includes(only))
      return { problem: `--only must be backups or sets; got "${only}".` };
    if (!isSize(size)) return { problem: `--size must be ${Object.keys(sizes).join(' or ')}; got "${size}".` };
    if (repeat !== undefined && !/^[1-9]\d?$/.test(repeat)) {
      return { problem: `--repeat must be a whole number from 1 to 99; got "${repeat}".` };
    }
    if (output !== 'text' && output !== 'json') return { problem: `--output must be text or json; got "${output}".` };
    return {
      backups: only === 'sets' ? [] : scenarios.filter(({ name }) => scenario.includes(name)),
      sets: only === 'backups' ? undefined : sizes[size],
      ...(repeat === undefined ? {} : { repeat: Number(repeat) }),
      json: output === 'json',
    };
  } catch (error) {
    return {
      problem: `${error instanceof Error ? error.message : String(error)} Known: --only, --scenario, --size, --repeat, --output.`,
    };
  }
}
