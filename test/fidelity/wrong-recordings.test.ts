import { expect, test } from 'vitest';
import { plans } from './plans/index.ts';
import { isObject } from './support/compare.ts';
import { recordingOf, type Answer, type Exchange, type Recording } from './support/recordings.ts';
import { replay } from './support/replay.ts';
import { without } from './support/spoil.ts';

/** The recording of 8.6 with one exchange made wrong on purpose. */
function withWrong(name: string, wrong: (answer: Answer) => Answer): Recording {
  const recording = recordingOf('camunda-8.6');
  const spoilt = recording.exchanges.map((exchange): Exchange => {
    return exchange.name === name && exchange.response ? { ...exchange, response: wrong(exchange.response) } : exchange;
  });
  return { ...recording, exchanges: spoilt };
}

async function differencesOf(recording: Recording): Promise<readonly string[]> {
  const plan = plans.find(({ folder }) => folder === recording.folder);
  if (!plan) throw new Error(`No plan for ${recording.folder}`);
  const outcomes = await replay(plan, recording);
  return outcomes.flatMap((outcome) =>
    outcome.kind === 'compared' ? outcome.differences.map(({ at }) => `${outcome.exchange.name} ${at}`) : [],
  );
}

test.concurrent.each<[string, string, (answer: Answer) => Answer, string]>([
  ['another status', '29-backups-post-same-id', (answer) => ({ ...answer, status: 400 }), 'status'],
  [
    'a key that the server never sent',
    '33-exporting-soft-pause',
    (answer) => ({ ...answer, body: { ...objectOf(answer.body), reason: 'none' } }),
    'body.reason',
  ],
  [
    'a key that is missing',
    '05-cluster',
    (answer) => ({ ...answer, body: without(objectOf(answer.body), 'version') }),
    'body.version',
  ],
  [
    'a value of another type',
    '28-backups-get-5-after-0.5s',
    (answer) => ({ ...answer, body: { ...objectOf(answer.body), backupId: '5' } }),
    'body.backupId',
  ],
  [
    'another value that matters',
    '33-exporting-soft-pause',
    (answer) => ({ ...answer, body: { ...objectOf(answer.body), status: 500 } }),
    'body.status',
  ],
  ['another media type', '02-health', (answer) => ({ ...answer, contentType: 'text/html' }), 'content-type'],
])('a recording with %s is found to differ', async (_, name, wrong, at) => {
  const found = await differencesOf(withWrong(name, wrong));

  expect(found).toEqual([`${name} ${at}`]);
});

test('an exchange that stands in no scene and no group is reported', async () => {
  const recording = recordingOf('camunda-8.6');
  const added: Exchange = { name: '99-new', request: { method: 'GET', path: '/' }, response: { status: 200 } };
  const plan = plans.find(({ folder }) => folder === recording.folder);

  const outcomes = plan ? await replay(plan, { ...recording, exchanges: [...recording.exchanges, added] }) : [];

  expect(outcomes.filter(({ kind }) => kind === 'unplanned').map(({ exchange }) => exchange.name)).toEqual(['99-new']);
});

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
