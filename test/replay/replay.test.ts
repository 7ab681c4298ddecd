import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, inject, test } from 'vitest';

const folder = new URL('./histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));
const workflowBundle = { codePath: join(inject('built'), 'workflow-bundle.js') };

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** `Worker.runReplayHistory` takes the parsed JSON of `temporal workflow show -o json`. */
const replay = (text: string): Promise<void> => Worker.runReplayHistory({ workflowBundle }, JSON.parse(text));

test.each(histories)('%s still replays', async (name) => {
  await expect(replay(read(name))).resolves.toBeUndefined();
});

test('there is a recorded history of every end of a backup, and of each look at one', () => {
  const ends = [
    'completed',
    'pause-first',
    'pause-first-cancelled',
    'cancelled',
    'child-terminated',
    'second-attempt',
    'resumed-by-hand',
    'past-max-pause',
    'list-backups',
    'verify-backup',
    'verify-backup-test-restore',
    'verify-backup-cancelled',
  ];
  expect(histories.map((name) => name.split('.')[0])).toEqual(expect.arrayContaining(ends));
});

test('a history in which the resume is another activity does not replay', async () => {
  const tampered = read(histories.find((name) => name.startsWith('completed.takeBackup')) ?? '');
  expect(tampered).toContain('"resumeExporting"');

  await expect(replay(tampered.replaceAll('"resumeExporting"', '"proveBackup"'))).rejects.toThrow('Nondeterminism');
});
