import { expect, test } from 'vitest';
import { createSetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

test.each(['8.5.8', '8.6.0', '8.7.0', '8.8.0'])(
  'a good set of %s is PROVEN, when it was made and later',
  async (version) => {
    const w = createSetWorld({ version });

    const { proven } = await takeSet(w, 12);

    expect(proven?.proof.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(await w.verify(12)).toMatchObject({ verdict: 'PROVEN', reasons: [], checks: proven?.proof.checks });
    expect(await w.list()).toMatchObject({ sets: [{ backupId: 12, verdict: 'PROVEN', codes: [] }], orphans: [] });
    expect(w.judge(12).consistent).toBe(true);
  },
);
