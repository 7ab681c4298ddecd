import { readFileSync } from 'node:fs';

/** What wrote a record: this package. */
export const tool = { name: 'camunda-backup', version: version() } as const;

/** Of the package: above `src` in a checkout, above `dist` where it is installed. */
function version(): string {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
