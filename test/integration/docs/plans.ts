import type { Block } from '../../support/docs/blocks.ts';
import * as given from './given.ts';
import type { Site } from './site.ts';
import {
  clusterFileWritten,
  exportingEverywhere,
  exportingSoon,
  noSnapshotLike,
  noZeebeBackup,
  scheduleOf,
  type Truth,
} from './truths.ts';

/** Where a command is run: a cluster, a namespace and a folder of its own; the commands of one site run one after the other. */
export const siteNames = ['quiet', 'paused', 'terminated', 'scheduled', 'sources', 'bench', 'demo'] as const;
type SiteName = (typeof siteNames)[number];

/** Those that start with a worker. */
export const served: readonly string[] = ['quiet', 'paused', 'terminated'];

/** How a documented command is run. What it prints where the page shows an output of it is compared anyway. */
export interface Plan {
  readonly on: SiteName;
  /** The sources as they are built, or a copy that was not. Default: where the package is installed. */
  readonly in?: 'checkout' | 'copy';
  readonly given?: (site: Site) => Promise<unknown> | void;
  /** What it prints at least. */
  readonly shows?: readonly RegExp[];
  /** It goes on until Ctrl-C, which comes when it has printed this. */
  readonly until?: string;
  /** Which of the outputs in a section it prints, where none follows it. */
  readonly output?: { readonly section: string; readonly at: number };
  /** What happens as soon as it has printed something. */
  readonly when?: { readonly saw: string; readonly act: (site: Site) => Promise<void> };
  /** Run in the same shell after it. */
  readonly andThen?: string;
  /** Its exit code, 0 unless given. */
  readonly code?: number;
  /** What must be true then, whatever was printed. */
  readonly truth?: Truth;
}

const completed = [/"state": *"COMPLETED"/, /"resumedVerifiedAt"/];
const resumed = { shows: [/resumedVerifiedAt/], truth: exportingEverywhere };
const resumeWithoutTemporal: Plan = {
  on: 'quiet',
  given: given.paused,
  shows: [/^prod: every replica on every broker was read as EXPORTING/m],
  truth: exportingEverywhere,
};
const statusOfAPause: Plan = { on: 'quiet', given: given.paused, shows: [/soft-paused/, /FOREIGN|UNKNOWN/], code: 7 };
const listed: Plan = { on: 'quiet', given: given.oneBackup, shows: [/^prod: \d+ backups?/m, /COMPLETE/] };
const verified: Plan = {
  on: 'quiet',
  given: given.oneBackup,
  shows: [/^Backup \d+ of prod: COMPLETE$/m, /^holds +EXPORTED_BEFORE_PAUSE|^holds +ZEEBE_COMPLETE/m],
};
const theSchedule = /camunda-backup\/prod\/nightly/;

/** What the runbook says once stands before each of its commands. */
export const isPrelude = ({ page, text }: Block): boolean => page === 'docs/runbook.md' && text.startsWith('export ');

/** Of the blocks in each section, in their order. */
export const plans: Readonly<Record<string, readonly Plan[]>> = {
  'README.md#run-it-in-your-cluster': [
    { on: 'sources', in: 'copy', shows: [/Worker runs/], until: 'Worker runs' },
    { on: 'sources', in: 'copy', shows: [/camunda-backup-0\.1\.0\.tgz/, /Worker runs/], until: 'Worker runs' },
  ],
  'README.md#check-a-cluster': [{ on: 'quiet', shows: [/^prod: ready for a backup/m, /"ok": *true/] }],
  'README.md#take-a-backup': [
    { on: 'quiet', shows: [...completed, /"reason": *"before the upgrade"/] },
    { on: 'quiet', shows: [/^Backup \d+ of prod: COMPLETED in /m] },
  ],
  'README.md#on-a-schedule': [
    { on: 'scheduled', given: given.unscheduled, shows: [theSchedule, /^Next starts \(Europe\/Berlin\)/m] },
    { on: 'scheduled', given: given.unscheduled, truth: scheduleOf('backupCluster', 'camunda-backup/prod/nightly') },
  ],
  'README.md#which-backups-are-there': [
    { on: 'quiet', given: given.oneBackup, shows: [/^prod: \d+ backups?/m, /^Backup \d+ of prod: COMPLETE$/m] },
  ],
  'README.md#change-the-deadline-of-a-running-backup': [
    { on: 'paused', given: given.inThePause, shows: [/deadline:\d{4}-/] },
  ],
  'README.md#resume-exporting-by-hand': [resumeWithoutTemporal, { on: 'quiet', given: given.paused, ...resumed }],
  'README.md#find-runs-by-cluster-backup-id-or-outcome': [
    { on: 'scheduled', andThen: 'camunda-backup register-search-attributes', shows: [/CamundaPausedSince/] },
  ],
  'README.md#monitoring': [
    {
      on: 'quiet',
      andThen: 'npx camunda-backup worker',
      shows: [/^\{"time":"[^"]+","level":"info","message":"Worker runs"/m],
      until: '"message":"Worker runs"',
    },
  ],
  'README.md#when-something-fails': [statusOfAPause, resumeWithoutTemporal],
  'README.md#benchmark': [{ on: 'bench', in: 'checkout', shows: [/\| camunda-backup \| \d/, /\| documented +\| \d/] }],
  'docs/configuration.md#stores': [
    { on: 'quiet', andThen: 'cat catalogue-verify.pem', shows: [/^-----BEGIN PUBLIC KEY-----$/m] },
  ],
  'docs/checks.md#what-a-check-finds': [{ on: 'quiet', shows: [/"ok": *true/, /"outcome": *"ok"/] }],
  'docs/command-line.md#camunda-backup-backup-cluster': [
    { on: 'quiet', given: given.unhurried, shows: [/^Backup \d+ of prod: COMPLETED in /m] },
  ],
  'docs/command-line.md#camunda-backup-check-cluster': [{ on: 'quiet', shows: [/^prod: ready for a backup/m] }],
  'docs/command-line.md#camunda-backup-list-cluster': [listed],
  'docs/command-line.md#camunda-backup-verify-cluster-backup': [verified],
  'docs/command-line.md#camunda-backup-schedule': [{ on: 'scheduled', given: given.unscheduled }],
  'docs/command-line.md#camunda-backup-status-cluster': [{ on: 'paused', given: given.inThePause }],
  'docs/command-line.md#camunda-backup-resume-exporting-cluster': [
    {
      on: 'quiet',
      given: given.pausedWithABrokerDown,
      when: { saw: 'Bring up broker 2', act: async ({ simulator }) => simulator.cluster.brokers[2]?.start() },
      truth: exportingEverywhere,
    },
  ],
  'docs/command-line.md#camunda-backup-demo': [
    {
      on: 'demo',
      until: 'First completed backup after',
      output: { section: 'README.md#two-commands', at: 1 },
      shows: [/What was shown/],
    },
  ],
  'docs/command-line.md#camunda-backup-completion-shell': [
    { on: 'quiet', andThen: 'complete -p camunda-backup', shows: [/^complete .*camunda-backup$/m] },
  ],
  'docs/monitoring.md#check-each-day': [{ on: 'scheduled', truth: scheduleOf('checkCluster', 'camunda-check/prod') }],
  'docs/runbook.md#which-backups-do-i-have': [listed, verified],
  'docs/sets.md#listed-and-verified': [
    { on: 'quiet', given: given.oneBackup, shows: [/"total": *\d/, /"verdict": *"COMPLETE"/, /"expectedBy"/] },
  ],
  'docs/runbook.md#exporting-is-paused-what-now': [statusOfAPause, resumeWithoutTemporal],
  'docs/runbook.md#without-the-command-step-by-step': [
    { on: 'quiet', shows: [/^http:\/\/zeebe-2\.zeebe:9600 \{"1":"EXPORTING","2":"EXPORTING","3":"EXPORTING"\}$/m] },
    { on: 'paused', given: given.inThePause, shows: [/^ +Type +takeBackup$/m, /"?deadline/, /BACKUP_ZEEBE/] },
    { on: 'quiet', given: given.paused, ...resumed },
    {
      on: 'quiet',
      given: given.paused,
      shows: [/\{"body":null,"status":204,"contentType":null\}/],
      truth: exportingEverywhere,
    },
    { on: 'quiet', given: given.paused, truth: exportingSoon },
  ],
  'docs/runbook.md#the-watch-reports-something': [
    { on: 'quiet', given: given.seenByTheWatch, shows: [/watchExporting/, /"cluster": "prod"/, /"(FOREIGN|UNKNOWN)"/] },
  ],
  'docs/runbook.md#what-was-left-behind': [
    { on: 'quiet', given: given.leftBehind, shows: [/"leftBehind"/, /"backupId"/] },
    { on: 'terminated', given: given.terminated, shows: [/TERMINATED +\d+ .* camunda-cluster|TERMINATED +\d+ /] },
    {
      on: 'terminated',
      given: given.terminated,
      shows: [
        /^camunda_operate_\d+_.* SUCCESS$/m,
        /^camunda_zeebe_records_backup_\d+ SUCCESS$/m,
        /"state":"COMPLETED"/,
      ],
    },
  ],
  'docs/runbook.md#failures-by-type': [
    {
      on: 'terminated',
      given: given.terminated,
      shows: [/"type": "OperationTerminated"/, /"message": "/, /"details": \[/],
    },
  ],
  'docs/runbook.md#snapshotfailed': [{ on: 'quiet', shows: [/"status" ?: ?"green"/, /"nodes"/] }],
  'docs/simulator.md#start-it': [
    { on: 'bench', in: 'checkout', until: 'Up until Ctrl-C.', shows: [/^simulated-3:$/m], truth: clusterFileWritten },
  ],
  'docs/upgrading.md#order': [
    { on: 'quiet', shows: [/Exporting +exporting/] },
    { on: 'scheduled', given: given.scheduled, shows: [theSchedule] },
    { on: 'scheduled', given: given.scheduled, shows: [theSchedule] },
  ],
};

/** Of the commands in sentences and tables. */
export const inlinePlans: Readonly<Record<string, Plan>> = {
  'temporal workflow cancel --workflow-id camunda-cluster/prod': {
    on: 'paused',
    given: given.inThePause,
    truth: exportingSoon,
  },
  'camunda-backup check prod': { on: 'quiet', shows: [/^prod: ready for a backup/m] },
  'temporal schedule describe --schedule-id camunda-backup/watch-exporting': { on: 'quiet', shows: [/Paused +false/] },
  'temporal workflow describe --workflow-id "camunda-cluster/$CLUSTER"': { on: 'quiet', shows: [/^ +Type +/m] },
  'camunda-backup schedule trigger prod nightly': {
    on: 'scheduled',
    given: given.scheduled,
    shows: [/backup-prod-nightly-\d{4}-/],
  },
  'camunda-backup schedule update prod nightly --catch-up 12h': {
    on: 'scheduled',
    given: given.scheduled,
    shows: [/catch-up window +6h +-> +12h/],
  },
  'camunda-backup schedule unpause prod nightly --note done': {
    on: 'scheduled',
    given: given.scheduled,
    shows: [theSchedule],
  },
  'curl -sS -X DELETE "$ENGINE/_snapshot/$REPOSITORY/camunda_operate_<id>_*"': {
    on: 'terminated',
    given: given.terminated,
    truth: noSnapshotLike(/^camunda_operate_/),
  },
  'curl -sS -X DELETE "$ENGINE/_snapshot/$REPOSITORY/camunda_zeebe_records_backup_<id>"': {
    on: 'terminated',
    given: given.terminated,
    truth: noSnapshotLike(/^camunda_zeebe_records_/),
  },
  'curl -sS -X DELETE "$GATEWAY/actuator/backups/<id>"': {
    on: 'terminated',
    given: given.terminated,
    truth: noZeebeBackup,
  },
  'temporal task-queue describe --task-queue camunda-backup': { on: 'quiet', shows: [/Pollers/, /@/] },
  'npm run demo -- --help': { on: 'bench', in: 'checkout', shows: [/--once/, /--quick/] },
  'npm run fleet -- --clusters 200 --seconds 60': { on: 'bench', in: 'checkout', shows: [/clusters started/, /RSS/] },
  'node dist/worker.js': { on: 'quiet', in: 'checkout', until: 'Worker runs' },
};

/** Blocks, each with its language, that are run by what stands here. */
export const elsewhere: Readonly<Record<string, string>> = {
  'README.md#two-commands sh': 'test/integration/demo.test.ts; `npm test` is what runs this',
  'README.md#two-commands text':
    'the demo on a terminal, the demo in plain lines, and the demo of a real Camunda, shortened',
  'npm run bench': 'its two halves, one after the other',
  'npm run bench -- --only sets': 'test/e2e/bench-sets.test.ts is a short form of it',
  'npm run bench -- --repeat 3': 'as `npm run bench`, three times',
  'npm run bench -- --scenario odd-up-to-8-7': 'the same, of another scenario',
  'npm run chaos -- --seed 1 --clusters 8 --minutes 15': 'test/faults/chaos.test.ts is a short form of it',
  'npm run chaos -- --seed 1 --case 17 --kind 2': 'the same',
  'npm run chaos -- --tables': 'test/unit/chaos makes the tables',
  'npm run chaos -- --lacking 5': 'the same',
  'npm run chaos': 'test/faults/chaos.test.ts is a short form of it',
  'npm run demo -- --real': 'needs a JDK: the same parts are in test/e2e',
  'npm run demo -- --real --once': 'the same',
  'node --import tsx scripts/import-recordings.ts <folder>': 'by hand, with recordings of real servers',
};
