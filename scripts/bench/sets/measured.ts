import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { z } from 'zod';

/** What a child is given to do. */
export const Task = z.object({
  what: z.enum(['list', 'deep']),
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  buckets: z.object({ zeebe: z.string(), catalogue: z.string() }),
  clusterFile: z.string(),
  backupId: z.number(),
  /** Downloads at a time, by the vendor's SDK alone. */
  atOnce: z.number(),
});
export type Task = Readonly<z.infer<typeof Task>>;

/** What it tells when it has done it. */
export const Told = z.object({
  ms: z.number(),
  /** Of the whole process, its code among it. */
  peakBytes: z.number(),
  cpuMs: z.number(),
  /** Sent to the object store, and to anybody else. */
  storeRequests: z.number(),
  otherRequests: z.number(),
  /** Downloaded, or read to their end. */
  objects: z.number(),
  bytes: z.number(),
  /** Of what was found wrong: nothing. */
  complaint: z.string().optional(),
});
export type Told = Readonly<z.infer<typeof Told>>;

export type Done = Pick<Told, 'objects' | 'bytes' | 'complaint'>;

/** In a child: does it, measures it and tells it on stdout. What is loaded before is not measured: it is this checkout's TypeScript. */
export async function measured(work: (task: Task) => Promise<() => Done>): Promise<void> {
  const task = Task.parse(JSON.parse(process.argv[2] ?? ''));
  const requests = countRequests(task);
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const done = await work(task);
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  const told: Told = { ms, peakBytes, cpuMs: (user + system) / 1_000, ...requests(), ...done() };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

const Started = z.object({ request: z.instanceof(ClientRequest) });
const Created = z.object({ request: z.object({ origin: z.union([z.string(), z.instanceof(URL)]) }) });

/** Of Node's own client, which the SDK is built on, and of undici. */
function countRequests({ endpoint }: Task): () => Pick<Told, 'storeRequests' | 'otherRequests'> {
  let storeRequests = 0;
  let otherRequests = 0;
  const { host } = new URL(endpoint);
  subscribe('http.client.request.start', (message) => {
    const { request } = Started.parse(message);
    if (request.getHeader('host') === host) storeRequests += 1;
    else otherRequests += 1;
  });
  subscribe('undici:request:create', (message) => {
    const { request } = Created.parse(message);
    if (new URL(request.origin).host === host) storeRequests += 1;
    else otherRequests += 1;
  });
  return () => ({ storeRequests, otherRequests });
}
