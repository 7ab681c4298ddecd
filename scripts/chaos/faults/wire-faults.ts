import { callTimeoutMs } from '../world/world.ts';
import type { StepName } from '../plan/steps.ts';
import type { ChaosFault, WireFault } from './fault.ts';

const wire = (fault: WireFault['fault'], more: Omit<WireFault, 'kind' | 'fault'> = {}): WireFault => ({
  kind: 'wire',
  fault,
  ...more,
});

const phaseSteps: readonly StepName[] = [
  'LOOK_FOR_LEFT_PAUSE',
  'PAUSE',
  'CHECK_AFTER_RECORDS',
  'CHECK_AFTER_ZEEBE',
  'RESUME',
];
const stateSteps: readonly StepName[] = ['AWAIT_WEB_APPS', 'AWAIT_RECORDS', 'AWAIT_ZEEBE', 'PROVE'];

/** Tells every occurrence of a word as another one. */
const telling = (words: Readonly<Record<string, string>>) => ({
  rewrite: (body: unknown): unknown => {
    const pattern = new RegExp(`"(${Object.keys(words).join('|')})"`, 'g');
    return JSON.parse(JSON.stringify(body).replaceAll(pattern, (_, word: string) => `"${words[word] ?? word}"`));
  },
});

/** What the network, proxies and the servers themselves do to calls. */
export const wireFaults: Readonly<Record<string, ChaosFault>> = {
  'call: lost before the act': wire('drop-before-act', { times: 1 }),
  'call: lost after the act': wire('drop-after-act', { times: 1 }),
  'call: cut in the answer': wire('cut-answer', { times: 1 }),
  'call: every one lost for a while': wire('drop-before-act'),
  'call: later than its caller waits': wire({ delayMs: callTimeoutMs + 500 }, { times: 1 }),
  'call: 401': wire({ status: 401 }, { times: 1 }),
  'call: 401 for a while': wire({ status: 401 }),
  'call: 429': wire({ status: 429 }, { times: 3 }),
  'call: 500': wire({ status: 500, body: { message: 'chaos' } }, { times: 2 }),
  'call: 502': wire({ status: 502 }, { times: 2 }),
  'call: 503 for a while': wire({ status: 503 }),
  'call: 504': wire({ status: 504 }, { times: 2 }),
  'call: HTML': wire('html', { times: 2 }),
  'call: 200 with a 500 inside': wire({ failureInside200: { message: 'chaos' } }, { times: 2 }),
  'lie: every phase the other way round': wire(telling({ EXPORTING: 'SOFT_PAUSED', SOFT_PAUSED: 'EXPORTING' }), {
    times: 2,
    steps: phaseSteps,
  }),
  'lie: done already': wire(telling({ IN_PROGRESS: 'COMPLETED', INCOMPLETE: 'COMPLETED', STARTED: 'SUCCESS' }), {
    times: 2,
    steps: stateSteps,
  }),
  'lie: failed': wire(telling({ COMPLETED: 'FAILED', SUCCESS: 'FAILED', IN_PROGRESS: 'FAILED' }), {
    times: 1,
    steps: stateSteps,
  }),
};
