import type { Index } from '../../model/search-engine/indices.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { Loss } from '../../model/search-engine/snapshots.ts';
import { failed, noSuchSnapshot, repositoryException } from './errors.ts';
import { forbiddenCharacters } from './repository-routes.ts';

export function nameProblem(name: string, openSearch: boolean): string | undefined {
  if (name.startsWith('_')) return "must not start with '_'";
  if (/\s/.test(name)) return 'must not contain whitespace';
  if (name.includes(',')) return "must not contain ','";
  if (name.includes('#')) return "must not contain '#'";
  if (name !== name.toLowerCase()) return 'must be lowercase';
  if (/[>|/\\"<*?]/.test(name)) return `must not contain the following characters ${forbiddenCharacters(openSearch)}`;
  return undefined;
}

export function refuseUnassigned(
  repository: Repository,
  name: string,
  unassigned: readonly Index[],
  openSearch: boolean,
): Response {
  const names = unassigned.map((index) => index.name).join(', ');
  const why = openSearch
    ? `Indices don't have primary shards [${names}]`
    : 'the following indices have unassigned primary shards and cannot be included in a snapshot unless [partial] is ' +
      `set to [true]: [${names}]; for help with troubleshooting unassigned shards see ` +
      'https://www.elastic.co/guide/en/elasticsearch/reference/8.16/red-yellow-cluster-status.html\n';
  // It has an identity already, and nothing is stored under it.
  const reason = `[${repository.name}:${name}/ex7j1v5ZS4SA7LLJH8OuwA] ${why}`;
  return failed(500, { type: 'snapshot_exception', reason });
}

/** What a caller is told who waited for a snapshot of which nothing is left. */
export function lost(
  { name: repository, place }: Repository,
  name: string,
  uuid: string,
  loss: Loss | undefined,
  openSearch: boolean,
): Response {
  const which = `[${repository}:${name}/${uuid}]`;
  if (loss === undefined || loss === 'node died') return noSuchSnapshot(repository, name);
  if (loss === 'deleted') {
    return failed(500, { type: 'snapshot_exception', reason: `${which} Snapshot was aborted by deletion` });
  }
  const error = { type: 'snapshot_exception', reason: `${which} failed to update snapshot in repository` };
  if (loss === 'not writable') {
    const denied = (file: string) => ({ type: 'access_denied_exception', reason: `${place.path}/${file}-${uuid}.dat` });
    return failed(500, { ...error, caused_by: { ...denied('meta'), suppressed: [denied('snap')] } });
  }
  const who = loss.found < 0 ? '_na_' : 'B_acCmw9T3e7_U3HvTtaKQ';
  const last = openSearch
    ? ''
    : `. The last cluster to write to this repository was [${who}] at generation [${loss.found}].`;
  const cause = repositoryException(
    `[${repository}] concurrent modification of the index-N file, expected current generation [${loss.expected}] but ` +
      `it was not found in the repository${last}`,
  );
  return failed(500, { ...error, caused_by: cause }, cause);
}

const longestMetadata = 1_024;

/** Elasticsearch 8.16.1 and OpenSearch 2.19.3 count the bytes of the JSON, without white space, surrogate pairs as two escapes. */
export function refuseMetadata(metadata: Readonly<Record<string, unknown>> | undefined): Response | undefined {
  const bytes = metadata === undefined ? 0 : Buffer.byteLength(escaped(JSON.stringify(metadata)));
  if (bytes <= longestMetadata) return undefined;
  const reason = `Validation Failed: 1: metadata must be smaller than ${longestMetadata} bytes, but was [${bytes}];`;
  return failed(400, { type: 'action_request_validation_exception', reason });
}

const escaped = (text: string): string => text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\\u0000\\u0000');
