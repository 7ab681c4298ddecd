import { z } from 'zod';
import type { Http } from './http.ts';

/** A 64-bit integer as decimal text. A fraction, or a number that lost its last digits on the way, is refused. */
export const position = z.union([z.number().int(), z.bigint()]).transform(String);

/** Free text that ends in an Event History: Zeebe's failure reasons list every snapshot with all its fields. */
export const freeText = z.string().transform((text) => text.slice(0, 2_000));

/** `build.version` of Spring's info endpoint, "8.6.0" for instance. */
export async function readBuildVersion(http: Http, signal?: AbortSignal): Promise<string> {
  const info = await http.read({ method: 'GET', path: '/actuator/info', signal }, buildInfo);
  return info.build.version;
}

const buildInfo = z.object({ build: z.object({ version: z.string().min(1) }) });

/** Leaves out what is null, undefined or empty: the wire has all three for "absent". */
export function present<T extends Readonly<Record<string, unknown>>>(
  fields: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {};
  return Object.assign(kept, Object.fromEntries(entries));
}
