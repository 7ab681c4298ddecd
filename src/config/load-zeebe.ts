import { readFileSync } from 'node:fs';
import { readZeebe } from './clusters.ts';
import type { ClusterConfig, Timing } from './config.ts';
import { freeze, parseClusterFile, type Environment, type ReadFile } from './load-config.ts';
import { ConfigError, type Problem } from './problems.ts';
import type { Outside } from './secrets.ts';
import type { Section } from './section.ts';
import { Settings } from './settings.ts';

export type ZeebeSection = Pick<ClusterConfig, 'name' | 'zeebe'>;

/** What one needs who talks to Zeebe alone: of each cluster the section `zeebe`, and no secret of anything else. */
export interface ZeebeConfig {
  readonly clusters: Readonly<Record<string, ZeebeSection>>;
  /** Clusters whose section cannot be used, and what is wrong with it. */
  readonly unusable: Readonly<Record<string, readonly Problem[]>>;
  readonly timing: Pick<Timing, 'pauseCallTimeoutMs' | 'pollMinMs' | 'pollMaxMs'>;
  /** What is wrong besides: not read here, or a credential without which one address among others of a cluster is asked. */
  readonly ignored: readonly Problem[];
}

/**
 * Reads of the environment and the cluster file what talking to Zeebe takes. What a worker refuses to start with may be wrong
 * besides: who resumes exporting must not have to find the password of a search engine first. Throws a ConfigError where there is
 * no cluster file, or none that can be read.
 */
export function loadZeebe(env: Environment, readFile: ReadFile = (path) => readFileSync(path, 'utf8')): ZeebeConfig {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const read = parseClusterFile({ env, readFile, named: new Set(), report }, readSections);
  if (read === undefined) throw new ConfigError(problems.length > 0 ? problems : [noClusterFile]);
  const unusable = read.names.filter((name) => !isUsable(read.clusters[name], problems.filter(isOf(name))));
  const ignored = problems.filter((problem) => !unusable.some((name) => isOf(name)(problem)));
  return freeze({
    clusters: Object.fromEntries(Object.entries(read.clusters).filter(([name]) => !unusable.includes(name))),
    unusable: Object.fromEntries(unusable.map((name) => [name, problems.filter(isOf(name))])),
    timing: readTiming(env, (problem) => ignored.push(problem)),
    ignored,
  });
}

const noClusterFile: Problem = {
  path: 'CAMUNDA_BACKUP_CLUSTER_FILE',
  message: 'is not set; give the path of the cluster file (YAML)',
};

interface Sections {
  /** In the order of the file. */
  readonly names: readonly string[];
  readonly clusters: Readonly<Record<string, ZeebeSection>>;
}

const readSections = (file: Section, outside: Outside): Sections | undefined =>
  file.section('clusters', (clusters) => {
    const names = clusters.names();
    const sections = names.flatMap(
      (name) => clusters.section(name, (child) => readSection(child, name, outside)) ?? [],
    );
    return { names, clusters: Object.fromEntries(sections.map((section) => [section.name, section])) };
  });

function readSection(section: Section, name: string, outside: Outside): ZeebeSection | undefined {
  section.ignoreRest();
  // That two names are one cluster matters to who locks it.
  const zeebe = section.section('zeebe', (child) => readZeebe(child, name, outside, new Map()));
  return zeebe && { name, zeebe };
}

/** Of what is read of that cluster; a secret in plain text beside it is told and hinders nothing. */
const isOf =
  (name: string) =>
  ({ path }: Problem): boolean =>
    path === `clusters.${name}` || path === `clusters.${name}.zeebe` || path.startsWith(`clusters.${name}.zeebe.`);

/**
 * Also with the secret of one broker missing: the resume of the gateway reaches it, and until it was read itself nothing counts as verified.
 * Asked without that credential it refuses, which is told.
 */
function isUsable(cluster: ZeebeSection | undefined, problems: readonly Problem[]): boolean {
  if (cluster === undefined) return false;
  const unlocked = new Set<string>();
  for (const { path } of problems) {
    const [, address] = credential.exec(path) ?? [];
    if (address === undefined) return false;
    unlocked.add(address);
  }
  return unlocked.size < 1 + cluster.zeebe.brokers.length;
}

const credential = /^clusters\.[^.]+\.zeebe\.(gateway|brokers\[\d+\])\.(?:auth|tls)(?:\.|$)/;

function readTiming(env: Environment, report: (problem: Problem) => void): ZeebeConfig['timing'] {
  const setting = (
    name: 'CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT' | 'CAMUNDA_BACKUP_POLL_MIN' | 'CAMUNDA_BACKUP_POLL_MAX',
  ) => {
    const { data, error } = Settings.shape[name].safeParse(env[name]);
    for (const { message } of error?.issues ?? []) report({ path: name, message: `${message}; its default is used` });
    return data ?? Settings.shape[name].parse(undefined);
  };
  return {
    pauseCallTimeoutMs: setting('CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT'),
    pollMinMs: setting('CAMUNDA_BACKUP_POLL_MIN'),
    pollMaxMs: setting('CAMUNDA_BACKUP_POLL_MAX'),
  };
}
