import { defaultPayloadConverter, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { z } from 'zod';
import type { Began } from '../model/began.ts';
import type { WebApp } from '../model/web-apps.ts';

const Input = z.object({ app: z.enum(['operate', 'tasklist', 'optimize', 'webapps']) });

interface Take {
  readonly type: string;
  readonly app?: WebApp;
}

/** How far that run got with taking parts, by its Event History; undefined where it was deleted. */
export async function readBegan(client: Client, workflowId: string, runId: string): Promise<Began | undefined> {
  const history = await client.workflow
    .getHandle(workflowId, runId)
    .fetchHistory()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (history === undefined) return undefined;
  const sent = new Map<string, Take>();
  const answered: Take[] = [];
  for (const { eventId, ...event } of history.events ?? []) {
    const { activityTaskScheduledEventAttributes: scheduled, activityTaskCompletedEventAttributes: done } = event;
    const type = scheduled?.activityType?.name;
    if (type != null && type.startsWith('take')) {
      const [payload] = scheduled?.input?.payloads ?? [];
      const app = Input.safeParse(payload && defaultPayloadConverter.fromPayload(payload)).data?.app;
      sent.set(String(eventId), { type, ...(app === undefined ? {} : { app }) });
    }
    const take = done == null ? undefined : sent.get(String(done.scheduledEventId));
    if (take !== undefined) answered.push(take);
  }
  const takes = [...sent.values()];
  const of = (all: readonly Take[], type: string): boolean => all.some((take) => take.type === type);
  const apps = (all: readonly Take[]): readonly WebApp[] => all.flatMap(({ app }) => app ?? []);
  const records = of(takes, 'takeRecordSnapshot');
  return {
    webApps: apps(answered),
    records,
    zeebe: of(answered, 'takeZeebeBackup'),
    zeebeSent: of(takes, 'takeZeebeBackup'),
    unanswered: [
      ...apps(takes).filter((app) => !apps(answered).includes(app)),
      ...(records && !of(answered, 'takeRecordSnapshot') ? (['records'] as const) : []),
    ],
  };
}
