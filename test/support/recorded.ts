import { readFileSync } from 'node:fs';
import type { FakeAnswer } from './fake-server.ts';

/** The answer of a real server, by server and number-and-name of the exchange. */
export function recorded(server: string, exchange: string): FakeAnswer {
  const file = new URL(`../unit/clients/bodies/${server}.json`, import.meta.url);
  const answers: Readonly<Record<string, FakeAnswer>> = JSON.parse(readFileSync(file, 'utf8'));
  const answer = answers[exchange];
  if (!answer) throw new Error(`no exchange ${exchange} of ${server}`);
  return answer;
}
