const damaged = (meaning: string, cure = 'Use another set; look after the store that lost it.') =>
  ({ verdict: 'BROKEN', meaning, cure }) as const;

/** What a test restore finds in the snapshots of a set. */
export const restoreReasons = {
  TEST_RESTORE_REFUSED: damaged(
    'The search engine refuses to bring an index back.',
    'Read its own words; if they name a missing or spoilt file, use another set.',
  ),
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
    meaning: 'An index was not tried: it needs more than half of what is free on the search engine’s disks.',
    cure: 'Try on another engine, with the repository registered there read-only.',
  },
} as const;
