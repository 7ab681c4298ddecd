import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { createActivities } from '../../../src/activities/index.ts';
import { createClusters } from '../../../src/activities/clusters.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { Settings } from '../../../src/config/settings.ts';
import { parseCheckRequest } from '../../../src/model/check-request.ts';
import { parseBackupRequest, parseResumeRequest, type Parsed } from '../../../src/model/backup-request.ts';
import { FailureType } from '../../../src/model/failures.ts';
import { searchAttributes } from '../../../src/model/search-attributes.ts';
import { parseListRequest, parseVerifyRequest } from '../../../src/model/sets/requests.ts';
import { scripted } from '../../support/activity-world.ts';
import {
  anchorOf,
  codeWordsOf,
  examplesOf,
  headingsOf,
  linksOf,
  pages,
  readPage,
  root,
  sources,
  testSources,
} from './markdown.ts';

const readme = readPage('README.md');
const runbook = readPage('docs/runbook.md');
const architecture = readPage('docs/architecture.md');
const failureTypes = Object.values(FailureType);

const workflowTypes = [...readPage('src/workflows/index.ts').text.matchAll(/^export \{ (\w+) \}/gm)].map(
  ([, name = '']) => name,
);

const clusterFile = `
clusters:
  prod:
    zeebe: { gateway: { url: 'http://zeebe:9600' }, brokers: [{ nodeId: 0, url: 'http://zeebe-0:9600' }] }
    searchEngine: { url: 'http://elasticsearch:9200', repository: camunda }
`;

function activityTypes(): readonly string[] {
  const { timing } = loadConfig({ CAMUNDA_BACKUP_CLUSTER_FILE: 'cluster.yaml' }, () => clusterFile);
  return Object.keys(createActivities({ clusters: createClusters([]), lock: scripted({}), timing }));
}

/** The keys that a refusal lists as allowed. */
function allowedKeys(refused: Parsed<unknown>): readonly string[] {
  const [problem = ''] = 'problems' in refused ? refused.problems : [];
  return /Allowed keys: ([^.]+)\./.exec(problem)?.[1]?.split(', ') ?? [];
}

test.each(failureTypes)('%s has a section in the runbook that says what it means and what to do', (type) => {
  const sections = runbook.text.split(/^### /m);
  const section = sections.find((candidate) => candidate.startsWith(`\`${type}\`\n`));
  expect(section).toMatch(/^\*\*Meaning\.\*\*/m);
  expect(section).toMatch(/^\*\*Do\.\*\*/m);
});

test.each(failureTypes)('%s stands in the table of the README and leads to its section', (type) => {
  expect(readme.text).toContain(`[\`${type}\`](docs/runbook.md#${anchorOf(type)})`);
});

test('the runbook has no section for a failure type that does not exist', () => {
  const types = headingsOf(runbook).flatMap((heading) => [...heading.matchAll(/`(\w+)`/g)].map(([, type]) => type));
  const known: readonly string[] = [...failureTypes, 'UnreachableError', 'RejectedError', 'BackupStoreError'];
  expect(types.filter((type) => !known.includes(type ?? ''))).toEqual([]);
});

test('the architecture names every Workflow and every activity', () => {
  expect(workflowTypes).toContain('backupCluster');
  const missing = [...workflowTypes, ...activityTypes()].filter((name) => !architecture.text.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test.each(pages)('$path links to what exists', (page) => {
  const broken = linksOf(page).filter((target) => !resolves(page.path, target));
  expect(broken).toEqual([]);
});

/** Each secret is named by two keys that stand nowhere in full. */
const secretKeys = [...sources.matchAll(/read\w*Secret\(\s*\w+,\s*'(\w+)'/g)].flatMap(([, name]) => [
  `${name}Env`,
  `${name}File`,
]);

test.each(pages)('$path names nothing in code that the code does not have', (page) => {
  const code = `${page.path === 'CONTRIBUTING.md' ? sources + testSources : sources} ${secretKeys.join(' ')}`;
  const unknown = codeWordsOf(page).filter((word) => !new RegExp(`\\b${word}\\b`).test(code));
  // Temporal's connection settings and Java's home are not ours to name.
  expect(unknown.filter((word) => !/^(TEMPORAL_|JAVA_HOME)/.test(word))).toEqual([]);
});

test.each(pages)('$path names only settings that exist', (page) => {
  const known = [...Object.keys(Settings.shape), 'CAMUNDA_BACKUP_CACHE'];
  const named = [...page.text.matchAll(/\bCAMUNDA_BACKUP_[A-Z_]+\b/g)].map(([name]) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(pages)('$path shows only Workflow types and inputs that are accepted', (page) => {
  const types = [...page.text.matchAll(/(?<!--name Camunda\w+ )--type (\w+)/g)].map(([, type = '']) => type);
  const startable = [...workflowTypes, 'currentStep'];
  expect(types.filter((type) => !startable.includes(type))).toEqual([]);
  expect(examplesOf(page).filter((example) => !isAccepted(example))).toEqual([]);
});

test('the README shows an input of every kind', () => {
  expect(new Set(examplesOf(readme).map(({ name }) => name))).toEqual(
    new Set(['backupCluster', 'checkCluster', 'resumeExporting', 'extendPause']),
  );
});

test("the README's table of inputs is the list of allowed keys", () => {
  const [table = ''] = /^\| Input [\s\S]*?\n\n/m.exec(readme.text) ?? [];
  const keys = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
  expect(keys).toEqual(allowedKeys(parseBackupRequest({ cluster: 'prod', nope: 1 })));
});

test('the README registers every search attribute with the type that we write', () => {
  const named = [...readme.text.matchAll(/--name (Camunda\w+) --type (\w+)/g)].map(([, name = '', type = '']) => [
    name,
    type.toUpperCase(),
  ]);
  expect(Object.fromEntries(named)).toEqual(searchAttributes);
});

test.each(pages)('$path names only npm scripts that exist', (page) => {
  const scripts: unknown = JSON.parse(readPage('package.json').text);
  const named = [...page.text.matchAll(/npm run ([a-z][a-z0-9:]*)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !JSON.stringify(scripts).includes(`"${name}":`))).toEqual([]);
});

function resolves(from: string, target: string): boolean {
  if (/^https?:/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || headingsOf(readPage(file)).map(anchorOf).includes(anchor);
}

function isAccepted({ name, input }: { readonly name: string; readonly input: unknown }): boolean {
  if (name === 'backupCluster') return 'value' in parseBackupRequest(input);
  if (name === 'checkCluster') return 'value' in parseCheckRequest(input);
  if (name === 'listBackups') return 'value' in parseListRequest(input);
  if (name === 'verifyBackup') return 'value' in parseVerifyRequest(input);
  if (name === 'resumeExporting') return 'value' in parseResumeRequest(input);
  return name === 'extendPause' && typeof input === 'object' && input !== null && 'maxPause' in input;
}
