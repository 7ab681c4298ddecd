import { deed, type ChaosFault } from './fault.ts';

/** What happens to worker processes and to the Temporal server. */
export const processFaults = {
  'worker: SIGKILL': deed(
    async ({ cluster: { crew } }) => {
      await crew.kill('SIGKILL');
      return { end: () => crew.hire() };
    },
    { survived: true },
  ),
  'worker: SIGKILL, nobody for 4 s': deed(
    async ({ cluster: { crew } }) => {
      await crew.kill('SIGKILL');
      return { lastsMs: 4_000, end: () => crew.hire() };
    },
    { survived: true },
  ),
  'worker: SIGTERM': deed(
    async ({ cluster: { crew } }) => {
      await crew.kill('SIGTERM');
      return { end: () => crew.hire() };
    },
    { survived: true },
  ),
  'worker: next release': deed(
    async ({ cluster: { crew } }) => {
      await crew.kill('SIGTERM');
      await crew.hire('next');
    },
    { survived: true },
  ),
  'worker: bad release for 3 s': deed(async ({ cluster: { crew } }) => {
    const { release } = crew;
    await crew.kill('SIGTERM');
    await crew.hire('bad');
    return {
      lastsMs: 3_000,
      async end() {
        await crew.kill('SIGTERM');
        await crew.hire(release);
      },
    };
  }),
  'server: SIGKILL': deed(
    async ({ killServer }) => {
      const { restarted } = await killServer();
      return { end: () => restarted };
    },
    { survived: true },
  ),
} as const satisfies Readonly<Record<string, ChaosFault>>;
