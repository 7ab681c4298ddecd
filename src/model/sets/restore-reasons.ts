const damaged = (meaning: string) =>
  ({ verdict: 'BROKEN', meaning, cure: 'Use another set; look after the store that lost it.' }) as const;

/** What a test restore finds in the snapshots of a set. */
export const restoreReasons = {
  TEST_RESTORE_REFUSED: damaged(
    'The search engine cannot bring an index back: what it needs of the snapshot is missing, spoilt or not whole.',
  ),
  TEST_RESTORE_NOT_ALLOWED: {
    verdict: 'UNKNOWN',
    meaning:
      'The search engine did not let an index be brought back, or the test did not end: no word against the snapshot.',
    cure: 'Read its own words, as of a permission, a limit of shards or a block; correct it, and try again.',
  },
  TEST_RESTORE_SHARDS_LOST: damaged('An index did not come back whole, twice: a file of its data is lost or spoilt.'),
  TEST_RESTORE_DOCUMENTS_DIFFER: damaged(
    'An index came back with another number of documents than the catalogue counted at the same sequence numbers.',
  ),
  TEST_RESTORE_STALLED: {
    verdict: 'UNKNOWN',
    meaning: 'An index was being brought back, and nothing moved any more.',
    cure: 'Look at the search engine’s load and limits of its recovery, and try again.',
  },
  TEST_RESTORE_NO_ROOM: {
    verdict: 'COMPLETE',
    meaning: 'An index was not tried: it needs more than half of what any node of the search engine may still take.',
    cure: 'Try on another engine, with the repository registered there read-only.',
  },
} as const;
