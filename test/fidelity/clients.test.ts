import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { calledByOurClients, isCalled } from './support/called.ts';

const clients = new URL('../../src/clients/', import.meta.url);

test('the list of what our clients call holds every path that stands in their source', () => {
  const sources = readdirSync(clients).map((file) => readFileSync(new URL(file, clients), 'utf8'));
  // A path ends at its query, or at the first value that is put into it: then it is the beginning of one.
  const paths = sources.flatMap((source) =>
    [...source.matchAll(/['`](\/(?:actuator|_)[^'`$?]*)(\$?)/g)].map(([, path = '', cut]) => ({
      path,
      cut: cut !== '',
    })),
  );
  const known = calledByOurClients.map(({ path }) => path);
  const isKnown = ({ path, cut }: { readonly path: string; readonly cut: boolean }): boolean =>
    known.some((each) => (cut ? each.startsWith(path) : each === path));

  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !isKnown(path))).toEqual([]);
});

test('a call is ours by its method and its path, whatever its query', () => {
  expect(isCalled({ method: 'GET', path: '/_cat/snapshots/camunda?format=json' })).toBe(true);
  expect(isCalled({ method: 'POST', path: '/zeebe-record*/_search' })).toBe(true);
  expect(isCalled({ method: 'GET', path: '/actuator/backups/17*' })).toBe(true);
  expect(isCalled({ method: 'PATCH', path: '/actuator/backups' })).toBe(false);
  expect(isCalled({ method: 'GET', path: '/actuator/backups/7/parts' })).toBe(false);
});
