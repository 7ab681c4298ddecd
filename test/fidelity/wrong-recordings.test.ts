import { expect, test } from 'vitest';
import { plans } from './plans/index.ts';
import { compareAnswers, isObject } from './support/compare.ts';
import { recordingOf, type Answer, type Exchange, type Recording } from './support/recordings.ts';
import { replay, type Outcome } from './support/replay.ts';

type Compared = Extract<Outcome, { kind: 'compared' }>;

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
    (answer) => ({ ...answer, body: without(answer.body, 'version') }),
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

test.concurrent.each(plans)(
  'any status, key, type or value changed in an answer of $folder is noticed',
  async (plan) => {
    const outcomes = await replay(plan, recordingOf(plan.folder));
    const compared = outcomes.filter((outcome): outcome is Compared => outcome.kind === 'compared');

    const spoilt = compared.flatMap((outcome) => spoiltForms(outcome.recorded).map((form) => ({ outcome, ...form })));
    const unnoticed = spoilt.filter(
      ({ outcome, answer }) => compareAnswers(answer, outcome.answered, outcome.rules).length === 0,
    );

    expect(spoilt.length).toBeGreaterThan(compared.length);
    expect(unnoticed.map(({ outcome, how }) => `${outcome.exchange.name}: ${how}`)).toEqual([]);
  },
);

/** Every answer that differs from this one in its status, or in one key or the type of one value of its body. */
function spoiltForms(answer: Answer): readonly { readonly how: string; readonly answer: Answer }[] {
  return [
    { how: 'status', answer: { ...answer, status: answer.status + 1 } },
    ...spoiltValues(answer.body, 'body').map(({ how, value }) => ({ how, answer: { ...answer, body: value } })),
  ];
}

function spoiltValues(value: unknown, at: string): readonly { readonly how: string; readonly value: unknown }[] {
  if (value === undefined) return [{ how: `${at} appears`, value: {} }];
  if (Array.isArray(value)) {
    // Of frames only the first was recorded.
    if (at.endsWith('stackTrace')) return [{ how: `${at} is empty`, value: [] }];
    return [
      { how: `${at} has one more`, value: [...value, null] },
      ...value.flatMap((item, index) =>
        spoiltValues(item, `${at}[${index}]`).map((spoilt) => ({
          how: spoilt.how,
          value: value.with(index, spoilt.value),
        })),
      ),
    ];
  }
  if (isObject(value)) {
    return [
      { how: `${at} has one more key`, value: { ...value, unheardOf: 1 } },
      ...Object.keys(value).map((key) => ({ how: `${at}.${key} is missing`, value: without(value, key) })),
      ...Object.entries(value).flatMap(([key, each]) =>
        spoiltValues(each, `${at}.${key}`).map((spoilt) => ({
          how: spoilt.how,
          value: { ...value, [key]: spoilt.value },
        })),
      ),
    ];
  }
  return [{ how: `${at} has another type`, value: typeof value === 'string' ? 1 : 'another type' }];
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

const without = (value: unknown, key: string): object =>
  Object.fromEntries(Object.entries(objectOf(value)).filter(([each]) => each !== key));
