import { lowerBounds, type Durations, type LowerBounds, type Order } from './measurement.ts';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly order: Order;
  readonly version: string;
  readonly durations: Durations;
  readonly bounds: LowerBounds;
}

const seconds = 1_000;

// Even: polls every five seconds hit the ends. Odd: they miss them, as they do in life.
const even = { recordsMs: 5 * seconds, zeebeMs: 10 * seconds };
const odd = { recordsMs: 5.6 * seconds, zeebeMs: 12.3 * seconds };

export const scenarios: readonly Scenario[] = [
  scenario('even-up-to-8-7', 'even, up to 8.7', 'up-to-8.7', {
    ...even,
    applications: { operate: 10 * seconds, tasklist: 10 * seconds, optimize: 10 * seconds },
  }),
  scenario('odd-up-to-8-7', 'odd, up to 8.7', 'up-to-8.7', {
    ...odd,
    applications: { operate: 11.7 * seconds, tasklist: 13.1 * seconds, optimize: 9.4 * seconds },
  }),
  // One backup, the history, holds what Operate and Tasklist hold up to 8.7: it gets the time of the longer of the two.
  scenario('even-from-8-8', 'even, from 8.8', 'from-8.8', {
    ...even,
    applications: { history: 10 * seconds, optimize: 10 * seconds },
  }),
  scenario('odd-from-8-8', 'odd, from 8.8', 'from-8.8', {
    ...odd,
    applications: { history: 13.1 * seconds, optimize: 9.4 * seconds },
  }),
];

/** Not measured: the first backup of a worker loads what the next ones find. */
export const warmUp = scenario('warm-up', 'warm-up', 'up-to-8.7', {
  applications: { operate: 120, tasklist: 120, optimize: 120 },
  recordsMs: 60,
  zeebeMs: 150,
});

function scenario(name: string, title: string, order: Order, durations: Durations): Scenario {
  const version = order === 'up-to-8.7' ? '8.6.0' : '8.8.0';
  return { name, title, order, version, durations, bounds: lowerBounds(durations, order) };
}
