/** What a Camunda version can do and in which order its parts are backed up. */
export interface VersionFacts {
  readonly version: string;
  /** `web-apps-first`: up to 8.7 the applications import from the exported records, so they are taken before the pause. */
  readonly order: 'web-apps-first';
  /** `hard` where `?soft=true` is silently ignored. */
  readonly pauseKind: 'soft' | 'hard';
}

/** First patch with soft pause, by minor (8.6 and later have it from .0). */
const firstSoftPatch: Readonly<Record<number, number>> = { 4: 7, 5: 1 };

/** undefined for a version this release does not know: refused by the caller, never guessed. */
export function versionFacts(version: string): VersionFacts | undefined {
  const match = /^8\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(version);
  if (!match) return undefined;
  const [minor, patch] = [Number(match[1]), Number(match[2])];
  if (minor < 4 || minor > 7) return undefined;
  const soft = minor >= 6 || patch >= (firstSoftPatch[minor] ?? Number.POSITIVE_INFINITY);
  return { version, order: 'web-apps-first', pauseKind: soft ? 'soft' : 'hard' };
}

/** 8.4 is the first with `GET /actuator/cluster`, which tells the brokers and partitions to expect. */
export const supportedVersions = '8.4 to 8.7';
