/** What a search engine said no with. */
export interface EngineRefusal {
  readonly type?: string;
  readonly message: string;
}

/**
 * Whether the engine says that a file of the snapshot is gone or spoilt, seen on Elasticsearch 8.16 and OpenSearch 2.19. Anything else, as a
 * missing permission, says nothing of the snapshot.
 */
export const tellsOfLoss = ({ type, message }: EngineRefusal): boolean =>
  type === 'snapshot_missing_exception' || (type === 'snapshot_exception' && /checksum|corrupt/i.test(message));

/** The same of a restore, to which a snapshot that is gone "does not exist" with a 500. */
export const tellsOfLossAtRestore = (refusal: EngineRefusal): boolean =>
  tellsOfLoss(refusal) ||
  refusal.type === 'index_not_found_exception' ||
  (refusal.type === 'snapshot_restore_exception' &&
    /snapshot does not exist|wasn't fully snapshotted|unsupported snapshot state/.test(refusal.message));
