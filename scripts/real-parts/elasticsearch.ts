import { pbkdf2Sync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { answersOk, sendJson } from '../../src/parts/http.ts';
import { installedParts } from './installed.ts';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';

export interface Elasticsearch extends Part {
  readonly url: string;
  /** Registers a repository on a folder of its own. */
  registerRepository(name: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Where its files lie. */
  repositoryFolder(name: string): string;
}

/** Somebody whom a node with security knows. */
export interface ElasticsearchUser {
  readonly name: string;
  readonly password: string;
  /** Absent: may do everything. */
  readonly role?: {
    readonly cluster: readonly string[];
    readonly indices: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
  };
}

/** By custom "nobody". */
const UNPRIVILEGED = 65_534;

/** Starts a single Elasticsearch node. */
export async function startElasticsearch({
  folder,
  users = [],
}: {
  readonly folder: string;
  /** Where there are any, it answers nobody else; the first of them makes what the test needs. */
  readonly users?: readonly ElasticsearchUser[];
}): Promise<Elasticsearch> {
  const ports = { http: await freePort(), transport: await freePort() };
  const { elasticsearchHome, elasticsearchJavaHome } = installedParts();
  const isRoot = process.getuid?.() === 0;
  const repositoryFolder = (name: string): string => join(folder, 'repositories', name);
  for (const name of ['conf/jvm.options.d', 'data', 'logs', 'tmp', 'repositories'])
    mkdirSync(join(folder, name), { recursive: true });
  writeConfiguration(elasticsearchHome, folder, ports, users);
  let home = elasticsearchHome;
  if (isRoot) {
    // Elasticsearch refuses to run as root, and nobody else can read a cache below /root.
    home = join(folder, 'home');
    cpSync(elasticsearchHome, home, { recursive: true });
    chmodSync(folder, 0o755);
    chownTree(folder, UNPRIVILEGED);
  }
  const url = `http://127.0.0.1:${ports.http}`;
  const headers = users.slice(0, 1).map(({ name, password }) => basicAuth(name, password))[0] ?? {};
  const part = await startPart({
    name: 'Elasticsearch',
    command: join(home, 'bin', 'elasticsearch'),
    args: [],
    env: {
      HOME: folder,
      ES_JAVA_HOME: elasticsearchJavaHome,
      ES_PATH_CONF: join(folder, 'conf'),
      ES_TMPDIR: join(folder, 'tmp'),
      ES_JAVA_OPTS: '-Xms512m -Xmx512m -XX:+UseSerialGC',
      CLI_JAVA_OPTS: '-Xmx32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
    },
    cwd: folder,
    logFile: join(folder, 'elasticsearch.log'),
    ...(isRoot ? { uid: UNPRIVILEGED } : {}),
    ready: (signal) => answersOk(`${url}/_cluster/health?wait_for_events=languid&timeout=1s`, signal, headers),
    readyWithinMs: 240_000,
  });
  return {
    ...part,
    url,
    repositoryFolder,
    async registerRepository(name, settings = {}) {
      const location = repositoryFolder(name);
      await sendJson('PUT', `${url}/_snapshot/${name}`, { type: 'fs', settings: { location, ...settings } });
    },
  };
}

function writeConfiguration(
  home: string,
  folder: string,
  ports: { readonly http: number; readonly transport: number },
  users: readonly ElasticsearchUser[],
): void {
  const conf = join(folder, 'conf');
  for (const name of ['log4j2.properties', 'role_mapping.yml', 'roles.yml', 'users', 'users_roles']) {
    const file = join(home, 'config', name);
    if (existsSync(file)) copyFileSync(file, join(conf, name));
  }
  if (users.length > 0) {
    const lines = (each: (user: ElasticsearchUser) => string): string => `${users.map(each).join('\n')}\n`;
    writeFileSync(
      join(conf, 'users'),
      lines(({ name, password }) => `${name}:${hashed(password)}`),
    );
    writeFileSync(
      join(conf, 'users_roles'),
      lines(({ name, role }) => `${role ? `role-of-${name}` : 'superuser'}:${name}`),
    );
    // A line of JSON is YAML.
    writeFileSync(
      join(conf, 'roles.yml'),
      lines(({ name, role }) => (role ? `role-of-${name}: ${JSON.stringify(role)}` : '')),
    );
  }
  const jvmOptions = readFileSync(join(home, 'config', 'jvm.options'), 'utf8')
    .split('\n')
    // The default garbage collector log lies below the installation, which is read-only.
    .filter((line) => !/Xlog:gc|gc\.log|UseG1GC/.test(line))
    .join('\n')
    .replaceAll('=logs/', `=${folder}/logs/`)
    .replaceAll('HeapDumpPath=data', `HeapDumpPath=${folder}/logs`);
  writeFileSync(join(conf, 'jvm.options'), jvmOptions);
  writeFileSync(
    join(conf, 'elasticsearch.yml'),
    [
      'cluster.name: real-parts',
      `http.port: ${ports.http}`,
      `transport.port: ${ports.transport}`,
      'network.host: 127.0.0.1',
      'discovery.type: single-node',
      `path.data: ${folder}/data`,
      `path.logs: ${folder}/logs`,
      `path.repo: ["${folder}/repositories"]`,
      `xpack.security.enabled: ${users.length > 0}`,
      // A laptop with a full disk is no reason to make every index read-only.
      'cluster.routing.allocation.disk.threshold_enabled: false',
      '',
    ].join('\n'),
  );
}

/** As Elasticsearch keeps the passwords of its file realm. */
function hashed(password: string): string {
  const [salt, rounds] = [randomBytes(32), 10_000];
  const hash = pbkdf2Sync(password, salt, rounds, 32, 'sha512');
  return `{PBKDF2}${rounds}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

const basicAuth = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

function chownTree(folder: string, id: number): void {
  chownSync(folder, id, id);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), id, id);
}
