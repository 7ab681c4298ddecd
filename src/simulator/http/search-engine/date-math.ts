/** Resolves `<records-{now/d}>` as the engines do; any other name is itself. Days in UTC. */
export function resolveDateMath(name: string, now: Date): string {
  const inner = /^<(.*)>$/.exec(name)?.[1];
  if (inner === undefined) return name;
  return inner.replaceAll(
    /\{now((?:[+-]\d+[yMwdhHms])*)(?:\/[yMwdhHms])?(?:\{([^}|]*)[^}]*\})?\}/g,
    (_, offsets: string, format: string | undefined) => formatted(moved(now, offsets), format ?? 'yyyy.MM.dd'),
  );
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  H: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function moved(now: Date, offsets: string): Date {
  const date = new Date(now);
  for (const [, sign = '+', count = '0', unit = 'd'] of offsets.matchAll(/([+-])(\d+)([yMwdhHms])/g)) {
    const by = Number(`${sign}${count}`);
    if (unit === 'y') date.setUTCFullYear(date.getUTCFullYear() + by);
    else if (unit === 'M') date.setUTCMonth(date.getUTCMonth() + by);
    else date.setTime(date.getTime() + by * (unitMs[unit] ?? 0));
  }
  return date;
}

function formatted(date: Date, format: string): string {
  const [year = '', month = '', day = '', hour = '', minute = ''] = date.toISOString().split(/[-T:.]/);
  return format
    .replaceAll(/[yu]{4}/g, year)
    .replaceAll('MM', month)
    .replaceAll('dd', day)
    .replaceAll('HH', hour)
    .replaceAll('mm', minute);
}
