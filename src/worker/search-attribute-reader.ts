import type { Client } from '@temporalio/client';
import { usableSearchAttributes, type SearchAttributeName } from '../model/search-attributes.ts';

/** Temporal's IndexedValueType, as far as we use it. */
const typeNames: Readonly<Record<number, string>> = { 2: 'KEYWORD', 3: 'INT', 6: 'DATETIME' };

const deadlineMs = 5_000;

/** Which of our search attributes the client's namespace has now. None where it does not say: they are a convenience. */
export function createSearchAttributeReader(client: Client): () => Promise<readonly SearchAttributeName[]> {
  const { connection, options } = client;
  return async () => {
    try {
      const { customAttributes } = await connection.withDeadline(Date.now() + deadlineMs, () =>
        connection.operatorService.listSearchAttributes({ namespace: options.namespace }),
      );
      const types = Object.entries(customAttributes).map(([name, type]) => [name, typeNames[type] ?? ''] as const);
      return usableSearchAttributes(Object.fromEntries(types));
    } catch {
      return [];
    }
  };
}
