import { test as one } from 'vitest';

/**
 * Scenarios with a cluster, a task queue and a worker of their own: the tests of a file run a few at a time, since they
 * spend their time waiting. What belongs to one test (`onTestFinished`, `expect.poll`) comes from its context.
 */
export const test = one.concurrent;
