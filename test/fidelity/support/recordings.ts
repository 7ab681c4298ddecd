import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const answer = z.object({
  status: z.int(),
  /** Media type only. */
  contentType: z.string().optional(),
  /** Parsed where it is JSON, text otherwise; absent when there was none. */
  body: z.unknown().optional(),
});
const exchange = z.object({
  name: z.string(),
  /** Absent where the file is no exchange. */
  request: z
    .object({
      method: z.string(),
      /** With its query. */
      path: z.string(),
      contentType: z.string().optional(),
      /** As it was sent, so that no number loses digits. */
      body: z.string().optional(),
    })
    .optional(),
  /** Absent only where the exchange is listed as not comparable. */
  response: answer.optional(),
  note: z.string().optional(),
});

export type Answer = Readonly<z.infer<typeof answer>>;
export type Exchange = Readonly<z.infer<typeof exchange>>;

/** What one real server answered, in the order of the calls. */
export interface Recording {
  readonly folder: string;
  readonly exchanges: readonly Exchange[];
}

const folder = new URL('../recordings/', import.meta.url);

export const recordedFolders = (): readonly string[] =>
  readdirSync(folder)
    .map((file) => file.replace(/\.json$/, ''))
    .toSorted();

export function recordingOf(name: string): Recording {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  return { folder: name, exchanges: z.array(exchange).parse(parsed) };
}
