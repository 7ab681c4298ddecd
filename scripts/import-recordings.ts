import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { argv, stdout } from 'node:process';
import { z } from 'zod';

const answer = z.object({
  status: z.int().optional(),
  headers: z.record(z.string(), z.string()).nullish(),
  body: z.unknown().optional(),
});
/** One file per exchange, as recorded: the answer beside the request or below `response`. */
const recorded = answer.extend({
  request: z
    .object({
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown().optional(),
    })
    .optional(),
  response: answer.optional(),
  meta: z.object({ note: z.string().optional() }).optional(),
  note: z.string().optional(),
});

const [, , from, name = from && basename(from)] = argv;
if (from === undefined || name === undefined) {
  throw new Error('Usage: node --import tsx scripts/import-recordings.ts <folder of exchanges> [<name>]');
}

const lines = readdirSync(from)
  .toSorted((one, other) => Number.parseInt(one) - Number.parseInt(other) || one.localeCompare(other))
  .map((file) => JSON.stringify(exchangeOf(file.replace(/\.json$/, ''), readFileSync(join(from, file), 'utf8'))));
const private_ = lines.find((line) => /\/(home|root|Users|tmp)\//.test(line));
if (private_ !== undefined) throw new Error(`A path of a machine stands in ${private_.slice(0, 200)}`);
const target = new URL(`../test/fidelity/recordings/${name}.json`, import.meta.url);
writeFileSync(target, `[\n${lines.join(',\n')}\n]\n`);
stdout.write(`${name}: ${lines.length} exchanges\n`);

function exchangeOf(exchange: string, text: string): object {
  if (exchange.startsWith('prometheus-')) {
    const response = { status: 200, contentType: 'text/plain', body: text };
    return { name: exchange, request: { method: 'GET', path: '/actuator/prometheus' }, response };
  }
  const parsed = recorded.safeParse(jsonOf(text));
  if (!parsed.success || !parsed.data.request) return { name: exchange };
  const { request, meta } = parsed.data;
  const response = parsed.data.response ?? parsed.data;
  const note = parsed.data.note ?? meta?.note;
  const sent = bodyText(text, request.body);
  return {
    name: exchange,
    request: {
      method: request.method,
      path: request.path,
      ...mediaType(request.headers),
      ...(sent === undefined ? {} : { body: sent }),
    },
    response: {
      status: response.status,
      ...mediaType(response.headers),
      ...(response.body === undefined || response.body === null || response.body === '' ? {} : { body: response.body }),
    },
    ...(note === undefined ? {} : { note }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bodyText(file: string, body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  // Numbers above 2^53 stand in the file with all their digits.
  const exact = /"backupId": (\d{16,})/.exec(file)?.[1];
  return exact === undefined ? JSON.stringify(body) : `{"backupId":${exact}}`;
}

function mediaType(headers: Readonly<Record<string, string>> | null | undefined): { contentType?: string } {
  const value = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === 'content-type')?.[1];
  return value === undefined ? {} : { contentType: value.split(';')[0] ?? value };
}
