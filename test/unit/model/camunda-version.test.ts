import { expect, test } from 'vitest';
import { versionFacts, zeebeBackupApi } from '../../../src/model/camunda-version.ts';

test.each([
  ['8.4.6', 'hard'],
  ['8.4.7', 'soft'],
  ['8.5.0', 'hard'],
  ['8.5.1', 'soft'],
  ['8.6.0', 'soft'],
  ['8.6.0-alpha1', 'soft'],
  ['8.7.3+build.5', 'soft'],
])('%s pauses %s', (version, pauseKind) => {
  expect(versionFacts(version)).toEqual({
    version,
    family: 'separate-web-apps',
    order: 'web-apps-first',
    pauseKind,
  });
});

test.each(['8.8.0', '8.8.36', '8.8.0-alpha6'])('%s is one application, and pauses first', (version) => {
  expect(versionFacts(version)).toEqual({
    version,
    family: 'orchestration-cluster',
    order: 'pause-first',
    pauseKind: 'soft',
  });
});

test("the endpoint of Zeebe's backups is another one from 8.8 on, and facts of earlier releases mean the old one", () => {
  expect(zeebeBackupApi({ family: 'orchestration-cluster' })).toBe('backupRuntime');
  expect(zeebeBackupApi({ family: 'separate-web-apps' })).toBe('backups');
  expect(zeebeBackupApi({})).toBe('backups');
});

test.each([
  '8.1.9',
  '8.2.27',
  '8.3.11',
  '8.9.0',
  '8.10.0',
  '8.80.0',
  '8.60.0',
  '7.22.0',
  '9.0.0',
  '18.6.0',
  '8.6',
  'SNAPSHOT',
  '',
  '8.6.0 ',
])('the version "%s" is not known, and nothing is guessed', (version) => {
  expect(versionFacts(version)).toBeUndefined();
});
