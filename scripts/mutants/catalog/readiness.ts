import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const cleanup = mutantsOf('clean-up', 'src/activities/cleanup.ts', unit('activities/cleanup'), [
  [
    'records-of-others',
    'clean-up-only-own',
    'if (began.records && own && snapshot.state',
    'if (began.records && snapshot.state',
    'of another run is never deleted',
  ],
  [
    'records-not-begun',
    'clean-up-only-own',
    'if (began.records && own && snapshot.state',
    'if (own && snapshot.state',
    'that this run did not begin is never deleted',
  ],
  [
    'zeebe-of-others',
    'clean-up-only-own',
    "if (taken && backup.state !== 'COMPLETED') {",
    "if (backup.state !== 'COMPLETED') {",
    'the Zeebe backup that this run did not begin',
  ],
  [
    'zeebe-completed',
    'clean-up-only-own',
    "if (taken && backup.state !== 'COMPLETED') {",
    'if (taken) {',
    'that is COMPLETED is named, not deleted',
  ],
  [
    'zeebe-stuck',
    'rest-is-named',
    'await zeebe.deleteBackup(backupId, signal);',
    '',
    'is deleted: it would stop compaction',
  ],
  [
    'zeebe-sent',
    'rest-is-named',
    'return sent ? {',
    'return sent && backupId < 0 ? {',
    'that was sent and cannot be read yet',
  ],
  [
    'parts',
    'rest-is-named',
    'if (parts.length === 0) return {};',
    'if (parts.length >= 0) return {};',
    'the parts of an application are named',
  ],
  [
    'failing',
    'rest-is-named',
    'return { leftBehind: [`${name}: could not',
    'return { deleted: [`${name}: could not',
    'a component that does not answer is named',
  ],
]);

const cleanupOfWebApps = mutantsOf('clean-up', 'src/activities/cleanup.ts', unit('activities/web-apps-8-8'), [
  [
    'web-apps-of-others',
    'clean-up-only-own',
    "app === 'webapps' && began.webApps?.includes(app) === true",
    "app === 'webapps'",
    'deletes nothing that this run is not known to have taken',
  ],
]);

const ready = mutantsOf('ready', 'src/activities/discovery.ts', unit('activities/discovery'), [
  [
    'whole',
    ['unready-is-refused', 'FailedPrecondition'],
    'if (missing.length > 0) {',
    'if (missing.length < 0) {',
    'a broker that is down',
  ],
  [
    'known-version',
    'unready-is-refused',
    'if (facts === undefined) {\n        throw notReady(',
    'if (facts === undefined) {\n        throw new Error(',
    'the version 8.9.0',
  ],
  [
    'one-version',
    'unready-is-refused',
    'version !== undefined && versions.size === 1',
    'version !== undefined',
    'mixed versions',
  ],
  [
    'pending',
    'unready-is-refused',
    'if (topology.changePending) {',
    'if (topology.changePending && topology.brokers.length < 0) {',
    'a pending change',
  ],
  [
    'strangers',
    ['unready-is-refused', 'every-replica-is-read'],
    'if (strangers.length > 0) {',
    'if (strangers.length < 0) {',
    'a broker that the cluster file does not know',
  ],
  [
    'node-ids',
    ['unready-is-refused', 'every-replica-is-read'],
    'if (wrong.length > 0) {',
    'if (wrong.length < 0) {',
    'two addresses that lead to one broker',
  ],
  [
    'repository',
    'unready-is-refused',
    'if (repository === undefined) {',
    'if (repository === null) {',
    'a snapshot repository that is not registered',
  ],
  [
    'store',
    'unready-is-refused',
    "error.type === 'NO_BACKUP_STORE'",
    "error.type === ''",
    'a Zeebe without backup store',
  ],
  [
    'exporters-of-8-5',
    'closed-is-not-exporting',
    "phases.every((phase) => phase === 'CLOSED')",
    'phases.length > 0',
    'a replica that is not CLOSED has one',
  ],
]);

const requests = mutantsOf('request', 'src/model/backup-request.ts', unit('model/backup-request'), [
  ['unknown-key', 'InvalidArgument', 'return [...unknown, ...missing, ...wrong];', 'return [...missing, ...wrong];'],
  ['wrong', 'InvalidArgument', 'return [...unknown, ...missing, ...wrong];', 'return [...unknown, ...missing];'],
  ['explicit-id', 'attempts-for-listed-causes', 'attempts: input.backupId === undefined ? attempts : 1', 'attempts'],
]);

export const readinessMutants = [...cleanup, ...cleanupOfWebApps, ...ready, ...requests];
