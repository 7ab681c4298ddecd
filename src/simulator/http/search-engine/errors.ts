import type { EngineSnapshot } from '../../model/search-engine/engine-snapshot.ts';
import type { Repository, Unreadable } from '../../model/search-engine/repositories.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';

/** An exception as the engines write it, with what it was caused by. */
export interface Cause {
  readonly type: string;
  readonly reason: string | null;
  readonly caused_by?: Cause;
  readonly suppressed?: readonly Cause[];
  readonly [detail: string]: unknown;
}

/** The error body. `root` is the innermost exception of the engine's own; without one it is the error itself. */
export function failed(status: number, error: Cause, root: Cause = withoutCause(error)): Response {
  return json(status, { error: { root_cause: [root], ...error }, status });
}

function withoutCause(error: Cause): Cause {
  const { suppressed } = error;
  const alone = Object.entries(error).filter(([key]) => key !== 'caused_by' && key !== 'suppressed');
  const { type, reason } = error;
  return {
    type,
    reason,
    ...Object.fromEntries(alone),
    ...(suppressed ? { suppressed: suppressed.map(withoutCause) } : {}),
  };
}

export const illegalArgument = (reason: string): Response =>
  failed(400, { type: 'illegal_argument_exception', reason });

export const noSuchRepository = (name: string): Response =>
  failed(404, { type: 'repository_missing_exception', reason: `[${name}] missing` });

export const noSuchSnapshot = (repository: string, name: string): Response =>
  failed(404, { type: 'snapshot_missing_exception', reason: `[${repository}:${name}] is missing` });

export const noSuchIndex = (name: string): Response =>
  failed(404, {
    type: 'index_not_found_exception',
    reason: `no such index [${name}]`,
    'resource.type': 'index_or_alias',
    'resource.id': name,
    index_uuid: '_na_',
    index: name,
  });

export const repositoryException = (reason: string): Cause => ({ type: 'repository_exception', reason });

export function unreadableRepository(
  { name, place }: Repository,
  why: Unreadable,
  { product }: EngineDialect,
): Response {
  const openSearch = product === 'opensearch';
  if (why === 'disabled')
    return failed(500, repositoryException(`[${name}] ${openSearch ? disabledOpenSearch : disabled}`));
  if (why === 'missing directory') {
    const caused_by = { type: 'no_such_file_exception', reason: place.path };
    const reason = `[${name}] Could not determine repository generation from root blobs`;
    return failed(500, { ...repositoryException(reason), caused_by });
  }
  const unexpected = repositoryException(`[${name}] Unexpected exception when loading repository data`);
  if (why === 'empty') {
    const reason = 'Failed to parse object: expecting token of type [START_OBJECT] but found [null]';
    const caused_by = { type: 'parsing_exception', reason, line: 1, col: 0 };
    return failed(500, { ...unexpected, caused_by }, caused_by);
  }
  const wrong =
    "Unrecognized token 'garbage': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at";
  if (openSearch) {
    const where = '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 9]';
    const caused_by = { type: 'json_parse_exception', reason: `${wrong} ${where}` };
    return failed(500, {
      ...repositoryException(`[${name}] could not read repository data from index blob`),
      caused_by,
    });
  }
  const reason = `${wrong} [Source: (sun.nio.ch.ChannelInputStream); line: 1, column: 9]`;
  return failed(500, {
    ...unexpected,
    caused_by: {
      type: 'x_content_parse_exception',
      reason: `[1:9] ${reason}`,
      caused_by: { type: 'json_parse_exception', reason },
    },
  });
}

/** A file of the snapshot is not there. */
export function missingFile(repository: Repository, snapshot: EngineSnapshot, file: string): Cause {
  const reason = `[${repository.name}:${snapshot.name}/${snapshot.uuid}] is missing`;
  const caused_by = { type: 'no_such_file_exception', reason: `${repository.place.path}/${file}` };
  return { type: 'snapshot_missing_exception', reason, caused_by };
}

/** The description of the snapshot is there, and no description. */
export function garbageFile(
  { name }: Repository,
  { name: snapshot, uuid }: EngineSnapshot,
  dialect: EngineDialect,
): Cause {
  const which = `[${name}:${snapshot}/${uuid}]`;
  if (dialect.product === 'opensearch') {
    const reason =
      'checksum failed (hardware problem?) : expected=683bc15a actual=31954a75 (resource=BufferedChecksumIndexInput(' +
      `(clone of) ChecksumBlobStoreFormat.readBlob(blob="snap-${uuid}.dat")))`;
    return {
      type: 'snapshot_exception',
      reason: `${which} failed to get snapshots`,
      caused_by: {
        type: 'corrupt_state_exception',
        reason: `org.apache.lucene.index.CorruptIndexException: ${reason}`,
        caused_by: { type: 'corrupt_index_exception', reason },
      },
    };
  }
  const parsing = 'Failed to parse object: expecting token of type [FIELD_NAME] but found [VALUE_STRING]';
  return {
    type: 'snapshot_exception',
    // Without a space, as it comes.
    reason: `${which} failed to get snapshot info${snapshot}/${uuid}`,
    caused_by: {
      type: 'corrupt_state_exception',
      reason: 'checksums do not match read [1438856661] but expected [4285123117]',
      suppressed: [{ type: 'parsing_exception', reason: parsing }],
    },
  };
}

const disabled =
  'The repository has been disabled to prevent data corruption because its contents were found not to match its ' +
  'expected state. This is either because something other than this cluster modified the repository contents, or ' +
  "because the repository's underlying storage behaves incorrectly. To re-enable this repository, first ensure that " +
  'this cluster has exclusive write access to it, and then re-register the repository with this cluster. See ' +
  'https://www.elastic.co/guide/en/elasticsearch/reference/8.16/diagnosing-corrupted-repositories.html for further ' +
  'information.';
const disabledOpenSearch =
  'Could not read repository data because the contents of the repository do not match its expected state. This is ' +
  'likely the result of either concurrently modifying the contents of the repository by a process other than this ' +
  "cluster or an issue with the repository's underlying storage. The repository has been disabled to prevent corrupting " +
  'its contents. To re-enable it and continue using it please remove the repository from the cluster and add it again ' +
  'to make the cluster recover the known state of the repository from its physical contents.';
