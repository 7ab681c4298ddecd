import { expect, test } from 'vitest';
import { stepPage } from '../../../src/workflows/step-table.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 3, 30, seconds)).toISOString();
const prepare = { step: 'PREPARE', startedAt: at(0), endedAt: at(1) };
const pause = { step: 'PAUSE_EXPORTING', startedAt: at(2), endedAt: at(3) };

test('before a pause nothing is said of exporting, and the running step stands first', () => {
  const lines = stepPage('Backup of prod', [prepare, { step: 'BACKUP_WEB_APPS', startedAt: at(1) }]).split('\n');

  expect(lines.join()).not.toContain('xporting');
  expect(lines.filter((line) => line.includes('03:30:'))).toEqual([
    '| ▶ | Back up the web applications | \u200303:30:01\u2003 | **running** |',
    '| ✓ | Choose the backup ID | \u200303:30:00\u2003 | 1.0 s |',
  ]);
});

test.each([
  ['is paused', [], '**Exporting is paused** since 03:30:02 UTC.'],
  ['is being resumed', [{ startedAt: at(9) }], '**Exporting is being resumed**; it was paused since 03:30:02 UTC.'],
  ['was resumed', [{ startedAt: at(9), endedAt: at(12) }], 'Exporting goes on. It was paused for 10.0 s.'],
  [
    'could not be resumed',
    [{ startedAt: at(9), endedAt: at(12), failed: true as const }],
    '**Exporting is still paused** since 03:30:02 UTC: the resume could not be verified.',
  ],
])('the page says that exporting %s', (_, resumes, sentence) => {
  const times = [prepare, pause, ...resumes.map((resume) => ({ step: 'RESUME_EXPORTING', ...resume }))];

  expect(stepPage('Backup of prod', times).split('\n')[2]).toBe(sentence);
});

test("a resume of an earlier run's pause is no end of the one that follows", () => {
  const left = { step: 'RESUME_EXPORTING', startedAt: at(0), endedAt: at(1) };

  expect(stepPage('Backup of prod', [left, pause])).toContain('**Exporting is paused** since 03:30:02 UTC.');
});
