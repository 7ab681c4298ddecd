import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

const POLL_MS = 300;
const GRPC_NOT_FOUND = 5;

/** Prints every activity of these Workflows as it is scheduled and as it ends, until `done`. */
export async function printSteps(
  client: Client,
  workflowIds: readonly string[],
  done: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const printers = workflowIds.map((workflowId) => ({ workflowId, printer: createPrinter(print) }));
  for (let last = false; !last;) {
    // One more look after the end, for what happened since the one before.
    last = done.aborted;
    for (const { workflowId, printer } of printers) printer(await eventsOf(client, workflowId));
    if (!last) await delay(POLL_MS, undefined, { signal: done }).catch(() => undefined);
  }
}

async function eventsOf(client: Client, workflowId: string): Promise<readonly HistoryEvent[]> {
  try {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return [];
    throw error;
  }
}

function createPrinter(print: (line: string) => void): (events: readonly HistoryEvent[]) => void {
  const open = new Map<string, { readonly title: string; readonly atMs: number }>();
  let seen = 0;
  return (events) => {
    for (const event of events.slice(seen)) printEvent(event, open, print);
    seen = Math.max(seen, events.length);
  };
}

function printEvent(
  event: HistoryEvent,
  open: Map<string, { readonly title: string; readonly atMs: number }>,
  print: (line: string) => void,
): void {
  const atMs = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled) {
    const title = textOf(event.userMetadata?.summary?.data) ?? scheduled.activityType?.name ?? 'activity';
    open.set(String(event.eventId), { title, atMs });
    print(`  ▶ ${title}`);
    return;
  }
  const completed = event.activityTaskCompletedEventAttributes;
  const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const ended = completed ?? failed ?? event.activityTaskCanceledEventAttributes;
  const started = ended && open.get(String(ended.scheduledEventId));
  if (!started) return;
  const seconds = `${((atMs - started.atMs) / 1000).toFixed(1)} s`;
  if (completed) print(`  ✓ ${started.title} (${seconds})`);
  else print(`  ✗ ${started.title} (${seconds})${failed?.failure?.message ? `: ${failed.failure.message}` : ''}`);
}

function textOf(data: Uint8Array | null | undefined): string | undefined {
  if (!data) return undefined;
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return typeof value === 'string' ? value : undefined;
}
