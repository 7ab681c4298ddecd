import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { fillLivePlace, workAtLivePlace, type WorkRun } from '../model/live-details.ts';
import { unframed } from '../model/web-ui-frame.ts';

/** Reads the page of that work; undefined where another run holds its Workflow ID by now. May reject. */
export type ReadWorkDetails = (work: WorkRun) => Promise<string | undefined>;

/**
 * Shows the page of the work on the page of the run that somebody started. The Web UI asks a Workflow for its page by a query, and the
 * Workflow knows only what was written when its last event came; so the live place is filled in on the answer's way out of the worker.
 * That costs no event. Every other payload passes unchanged, and so does the answer where anything about it is unexpected.
 */
export function createLiveDetailsCodec(readWorkDetails: ReadWorkDetails): PayloadCodec {
  return {
    encode: (payloads, context) =>
      context?.type === 'workflow'
        ? Promise.all(payloads.map((payload) => filled(payload, readWorkDetails)))
        : Promise.resolve(payloads),
    decode: (payloads) => Promise.resolve(payloads),
  };
}

/** The answer to `__temporal_workflow_metadata`, as the SDK makes it. */
const Metadata = z.looseObject({ definition: z.looseObject({ type: z.string() }), currentDetails: z.string() });

/** Far above any page; a listing need not be searched. */
const longestPage = 65_536;

async function filled(payload: Payload, read: ReadWorkDetails): Promise<Payload> {
  const { data } = payload;
  if (!data || data.length > longestPage) return payload;
  const text = Buffer.from(data).toString();
  if (!text.includes('"currentDetails"')) return payload;
  const metadata = Metadata.safeParse(parseJson(text));
  if (!metadata.success) return payload;
  const { currentDetails: page } = metadata.data;
  const work = workAtLivePlace(page);
  if (work === undefined) return payload;
  const details = await read(work).catch(() => undefined);
  const currentDetails = fillLivePlace(page, details === undefined ? unread() : live(details));
  return { ...payload, data: Buffer.from(JSON.stringify({ ...metadata.data, currentDetails })) };
}

/** Below the page's own title; what nobody reads anew is not live. */
const live = (details: string): string =>
  [unframed(details).replace(/^###.*\n+/, ''), '', `As of ${clock()} UTC.`].join('\n');

const unread = (): string =>
  `Its steps could not be read at ${clock()} UTC: no worker told them in time, or something else runs on the cluster by now.`;

const clock = (): string => new Date().toISOString().slice(11, 19);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
