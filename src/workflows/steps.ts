import { log, setCurrentDetails } from '@temporalio/workflow';
import { reasonOf } from './failures.ts';
import { stepPage, type StepTimes } from './step-table.ts';

export type { StepTimes } from './step-table.ts';

export interface Steps {
  /** Runs one step of the procedure and keeps its times. */
  run<T>(step: string, work: () => Promise<T>): Promise<T>;
  /** Keeps a step that an activity did beside another one. */
  keep(done: StepTimes): void;
  /** Puts a sentence above the table of the steps: something that whoever looks at the page must know. */
  note(text: string): void;
  readonly current: string;
  readonly times: readonly StepTimes[];
}

/** Keeps the steps of one operation, shows them as a table in the Web UI and logs them with the fields that are known by then. */
export function createSteps(title: string, fields: () => Readonly<Record<string, unknown>> = () => ({})): Steps {
  const times: StepTimes[] = [];
  const notes: string[] = [];
  const show = (): void => setCurrentDetails(stepPage(title, times, notes));
  return {
    async run(step, work) {
      const index = times.push({ step, startedAt: now() }) - 1;
      const end = (failure?: { readonly reason: string }): void => {
        const started = times[index];
        const endedAt = now();
        if (started !== undefined) times[index] = { ...started, endedAt, ...(failure ? { failed: true } : {}) };
        show();
        const tookMs = started === undefined ? 0 : Date.parse(endedAt) - Date.parse(started.startedAt);
        if (failure === undefined) log.info('Step ended', { ...fields(), step, tookMs });
        else log.warn('Step failed', { ...fields(), step, tookMs, ...failure });
      };
      show();
      log.info('Step started', { ...fields(), step });
      try {
        const result = await work();
        end();
        return result;
      } catch (error) {
        end({ reason: reasonOf(error) });
        throw error;
      }
    },
    keep(done) {
      times.push(done);
      show();
    },
    note(text) {
      notes.push(text);
      show();
      log.warn(text, { ...fields() });
    },
    get current() {
      return times.findLast(({ endedAt }) => endedAt === undefined)?.step ?? times.at(-1)?.step ?? 'START';
    },
    get times() {
      return times;
    },
  };
}

export const now = (): string => new Date().toISOString();
