import type { Connection } from '@temporalio/client';
import { Command } from 'commander';
import { searchAttributeNames, searchAttributes, type SearchAttributeName } from '../model/search-attributes.ts';
import type { CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';
import { outputOption, type Output } from './options.ts';
import { json, table } from './print.ts';
import { withTemporal } from './temporal.ts';

type OperatorService = Pick<Connection['operatorService'], 'addSearchAttributes' | 'listSearchAttributes'>;

export interface RegisteredSearchAttributes {
  readonly added: readonly SearchAttributeName[];
  readonly present: readonly SearchAttributeName[];
  /** Registered by somebody with a type that is not ours: never written by us. */
  readonly ofAnotherType: readonly SearchAttributeName[];
}

/** Temporal's IndexedValueType. */
const types = { KEYWORD: 2, INT: 3, DATETIME: 6 } as const;

/** Registers the search attributes that the namespace lacks. Changes none that is there. */
export async function registerSearchAttributes(
  operator: OperatorService,
  namespace: string,
): Promise<RegisteredSearchAttributes> {
  const { customAttributes } = await operator.listSearchAttributes({ namespace });
  const missing = searchAttributeNames.filter((name) => customAttributes[name] === undefined);
  if (missing.length > 0) {
    await operator.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, typeOf(name)])),
    });
  }
  const isOurs = (name: SearchAttributeName): boolean => customAttributes[name] === typeOf(name);
  const there = searchAttributeNames.filter((name) => !missing.includes(name));
  return {
    added: missing,
    present: there.filter((name) => isOurs(name)),
    ofAnotherType: there.filter((name) => !isOurs(name)),
  };
}

const typeOf = (name: SearchAttributeName): number => types[searchAttributes[name]];

const examples = `
Examples:
  $ camunda-backup register-search-attributes
  $ TEMPORAL_NAMESPACE=operations camunda-backup register-search-attributes --output json`;

/** `register-search-attributes` */
export const createRegisterSearchAttributes: CreateCommand = (cli) =>
  new Command('register-search-attributes')
    .summary('register what runs are found by in the Web UI, once in a namespace')
    .description(
      'Registers the search attributes by which runs are found in the Web UI: cluster, operation, backup ID, paused since and outcome. ' +
        'Changes none that is there, and can be run again. Backups work without them.',
    )
    .addOption(outputOption())
    .addHelpText('after', examples)
    .action(async ({ output }: { readonly output: Output }) => {
      const result = await withTemporal(cli, ({ client, namespace }) =>
        registerSearchAttributes(client.connection.operatorService, namespace),
      );
      cli.data(output === 'json' ? json(result) : table(rows(result)));
      if (result.ofAnotherType.length === 0) return;
      throw new CliError(
        exitCode.notReady,
        `${result.ofAnotherType.join(', ')} is registered with another type and stays unused: remove it, if nobody needs it, and run this again.`,
      );
    });

const rows = ({ added, present, ofAnotherType }: RegisteredSearchAttributes): readonly (readonly string[])[] => [
  ...added.map((name) => [name, 'registered']),
  ...present.map((name) => [name, 'was there']),
  ...ofAnotherType.map((name) => [name, 'another type']),
];
