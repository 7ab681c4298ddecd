import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { sendForm, sendJson } from '../../src/parts/http.ts';
import { until } from '../../src/parts/until.ts';

/** A process that waits at a job, then at a user task: instances stay open, and every application has something to show. */
const PROCESS_ID = 'orders';
const JOB_TYPE = 'charge';
const BPMN = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="orders-definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="${PROCESS_ID}" isExecutable="true">
    <bpmn:startEvent id="ordered"><bpmn:outgoing>toCharge</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="toCharge" sourceRef="ordered" targetRef="charge" />
    <bpmn:serviceTask id="charge">
      <bpmn:extensionElements><zeebe:taskDefinition type="${JOB_TYPE}" /></bpmn:extensionElements>
      <bpmn:incoming>toCharge</bpmn:incoming><bpmn:outgoing>toPack</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="toPack" sourceRef="charge" targetRef="pack" />
    <bpmn:userTask id="pack">
      <bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements>
      <bpmn:incoming>toPack</bpmn:incoming><bpmn:outgoing>toEnd</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="toEnd" sourceRef="pack" targetRef="packed" />
    <bpmn:endEvent id="packed"><bpmn:incoming>toEnd</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
`;

const Key = z.union([z.number(), z.bigint(), z.string()]).transform(String);
const CreatedInstance = z.object({ processInstanceKey: Key });
const ActivatedJobs = z.object({
  jobs: z.array(z.object({ key: Key.optional(), jobKey: Key.optional(), processInstanceKey: Key })),
});

export interface Job {
  readonly key: string;
  readonly processInstanceKey: string;
}

/** A client of one gateway's REST API, for the one process that all tests and the demo run. */
export interface Orders {
  deploy(): Promise<void>;
  /** Starts instances one after the other and returns their keys. */
  start(count: number, variables?: Readonly<Record<string, unknown>>): Promise<readonly string[]>;
  /** Takes up to `max` waiting jobs for `holdMs`. */
  activate(max: number, holdMs: number): Promise<readonly Job[]>;
  complete(jobs: readonly Job[]): Promise<void>;
}

export function createOrders(restUrl: string): Orders {
  const post = (path: string, body: unknown): Promise<unknown> => sendJson('POST', `${restUrl}/v2${path}`, body);
  return {
    async deploy() {
      await until('the process to be deployed', 60_000, async () => {
        const form = new FormData();
        form.append('resources', new Blob([BPMN], { type: 'application/xml' }), 'orders.bpmn');
        await sendForm(`${restUrl}/v2/deployments`, form);
        return true;
      });
    },
    async start(count, variables = {}) {
      const keys: string[] = [];
      for (let number = 0; number < count; number++) {
        const answer = await post('/process-instances', {
          processDefinitionId: PROCESS_ID,
          variables: { number, ...variables },
        });
        keys.push(CreatedInstance.parse(answer).processInstanceKey);
      }
      return keys;
    },
    async activate(max, holdMs) {
      const answer = await post('/jobs/activation', {
        type: JOB_TYPE,
        worker: 'orders',
        timeout: holdMs,
        maxJobsToActivate: max,
        requestTimeout: 5000,
      });
      return ActivatedJobs.parse(answer).jobs.map(({ key, jobKey, processInstanceKey }) => ({
        key: z.string().parse(key ?? jobKey),
        processInstanceKey,
      }));
    },
    async complete(jobs) {
      for (const { key } of jobs) await post(`/jobs/${key}/completion`, { variables: {} });
    },
  };
}

export interface Load {
  readonly counts: () => { readonly started: number; readonly completed: number; readonly failedCalls: number };
  /** Keys of every instance started so far. */
  readonly started: () => readonly string[];
  /** Resolves when so many instances have been started. */
  reached(started: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `perSecond` instances and completes half of their jobs, until it is stopped. Calls that fail are counted and repeated. */
export function startLoad(orders: Orders, perSecond: number): Load {
  const started: string[] = [];
  let completed = 0;
  let failedCalls = 0;
  const stopping = new AbortController();
  const untilStopped = async (everyMs: number, turn: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await turn().catch(() => failedCalls++);
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = Promise.all([
    untilStopped(1000 / perSecond, async () => {
      started.push(...(await orders.start(1)));
    }),
    untilStopped(1000, async () => {
      const jobs = await orders.activate(Math.ceil(perSecond / 2), 60_000);
      await orders.complete(jobs);
      completed += jobs.length;
    }),
  ]);
  return {
    counts: () => ({ started: started.length, completed, failedCalls }),
    started: () => started,
    async reached(count) {
      await until(`${count} instances to be started`, 120_000, () => started.length >= count);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
