import { z } from 'zod';
import type { SimulatedWebApp } from '../cluster.ts';
import type { Simulator } from '../simulator.ts';
import { act, choose, name, nothing, pattern, type Act } from './act.ts';

const appNames = ['operate', 'tasklist', 'optimize', 'webApps'] as const;
const app = z.enum(appNames);
const ofApp = z.strictObject({ app });
const appBackup = z.strictObject({ app, backupId: z.int().nonnegative() });

function appOf({ cluster, apps }: Simulator, chosen: z.infer<typeof app>): SimulatedWebApp {
  return choose(apps.includes(chosen) ? cluster[chosen] : undefined, 'app', chosen, apps);
}

/** What happens to the web applications. */
export const appActs = {
  'stop-app': act(
    'Kills an application: the parts of a backup that were not started yet never are.',
    ofApp,
    (simulator, body) => appOf(simulator, body.app).stop(),
  ),
  'start-app': act('Starts an application.', ofApp, (simulator, body) => appOf(simulator, body.app).start()),
  'restart-app': act('Kills an application and starts it at once.', ofApp, (simulator, body) =>
    appOf(simulator, body.app).restart(),
  ),
  'take-app-backup': act('Somebody else takes a backup of an application.', appBackup, (simulator, body) =>
    appOf(simulator, body.app).takeByHand(body.backupId),
  ),
  'delete-app-backup': act('Somebody else deletes a backup of an application.', appBackup, (simulator, body) =>
    appOf(simulator, body.app).deleteByHand(body.backupId),
  ),
} as const satisfies Readonly<Record<string, Act>>;

const snapshot = { repository: name.optional(), name };
const named = z.strictObject({ name });

/** What happens to the search engine, its indices and snapshots. */
export const engineActs = {
  'stop-search-engine': act('Kills the search engine: nobody is answered, nothing is exported.', nothing, (simulator) =>
    simulator.cluster.searchEngine.stop(),
  ),
  'start-search-engine': act('Starts the search engine.', nothing, ({ cluster }) => cluster.searchEngine.start()),
  'restart-search-engine': act('Kills the search engine and starts it at once.', nothing, ({ cluster }) =>
    cluster.searchEngine.restart(),
  ),
  'next-snapshot': act(
    'Decides how the next snapshot goes whose name matches the pattern, parts of the applications included.',
    z.strictObject({
      name: pattern,
      ends: z.enum(['PARTIAL', 'FAILED', 'VANISHED']).optional(),
      durationMs: z.number().nonnegative().optional(),
      called: z.string().min(1).optional(),
    }),
    ({ cluster }, fate) => cluster.searchEngine.nextSnapshot(fate),
  ),
  'take-snapshot': act(
    'Somebody else takes a snapshot.',
    z.strictObject({ ...snapshot, indices: name.optional(), durationMs: z.number().nonnegative().optional() }),
    ({ cluster, repository }, body) => cluster.searchEngine.takeSnapshotByHand({ repository, ...body }),
  ),
  'delete-snapshot': act(
    'Somebody else deletes a snapshot; a running one is aborted.',
    z.strictObject(snapshot),
    ({ cluster, repository }, body) =>
      cluster.searchEngine.deleteSnapshotByHand(body.repository ?? repository, body.name),
  ),
  'register-repository': act('Registers a snapshot repository.', named, ({ cluster }, body) =>
    cluster.searchEngine.registerRepository(body.name),
  ),
  'remove-repository': act('Removes a snapshot repository.', named, ({ cluster }, body) =>
    cluster.searchEngine.removeRepository(body.name),
  ),
  'create-index': act('Creates an index where it is absent.', named, ({ cluster }, body) =>
    cluster.searchEngine.createIndex(body.name),
  ),
  'delete-index': act('Deletes an index.', named, ({ cluster }, body) => cluster.searchEngine.deleteIndex(body.name)),
} as const satisfies Readonly<Record<string, Act>>;
