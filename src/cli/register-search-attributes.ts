import type { Connection } from '@temporalio/client';
import { searchAttributeNames, searchAttributes, type SearchAttributeName } from '../model/search-attributes.ts';

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
