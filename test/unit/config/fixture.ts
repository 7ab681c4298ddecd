import { loadConfig } from '../../../src/config/load-config.ts';
import { ConfigError } from '../../../src/config/problems.ts';
import type { Config } from '../../../src/config/config.ts';

export const clusterFile = '/etc/camunda-backup/cluster.yaml';

/** A self-signed certificate; its key was thrown away. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBejCCASGgAwIBAgIUX6XpM9ofXaQ7fvAQylSBz3JHcYwwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjEwNDMwMDRaGA8yMTI2MTAyODA0
MzAwNFowEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABNSCg3g52paFzqb+AJwy9cmFiMHI7hG+iZ8MVh5F/P3DuaE9qszqGokBq0Jv
LiIFWkuDrQ0V82X81RYxIz3bNkOjUzBRMB0GA1UdDgQWBBQ3aKRVrdlKEFUtJck7
CBNQapWo7jAfBgNVHSMEGDAWgBQ3aKRVrdlKEFUtJck7CBNQapWo7jAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIAVbguoQhPgkl9oOiIH1S3xUo+3y
qKqE/M2vtVpV2crnAiBZ5XnW8+RFSXRin+UQYBY/jBYRHHeM+wU3axhEd0BE+A==
-----END CERTIFICATE-----
`;

export interface Given {
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The smallest cluster file that is right. */
export const smallest = `clusters:
  prod:
    zeebe:
      gateway: { url: 'http://zeebe:9600' }
      brokers:
        - { nodeId: 0, url: 'http://zeebe-0:9600' }
    searchEngine: { url: 'http://elasticsearch:9200', repository: camunda }
`;

export function load({ yaml = smallest, env = {}, files = {} }: Given = {}): Config {
  const all: Readonly<Record<string, string>> = { [clusterFile]: yaml, ...files };
  return loadConfig({ CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile, ...env }, (path) => {
    const text = all[path];
    if (text === undefined) throw Object.assign(new Error(`no such file ${path}`), { code: 'ENOENT' });
    return text;
  });
}

/** Every problem as "line path: message", or "path: message" for a variable. */
export function problems(given: Given): readonly string[] {
  return errorOf(given).problems.map(
    ({ line, path, message }) => `${line === undefined ? '' : `${line} `}${path}: ${message}`,
  );
}

export function errorOf(given: Given): ConfigError {
  try {
    load(given);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('This configuration was accepted');
}

/** A cluster file with one cluster whose search engine has these further keys. */
export const withSearchEngine = (...lines: readonly string[]): string =>
  [
    'clusters:',
    '  prod:',
    '    zeebe: { gateway: { url: http://zeebe:9600 }, verification: gateway-only }',
    '    searchEngine:',
    '      url: https://elasticsearch:9200',
    '      repository: camunda',
    ...lines.map((line) => `      ${line}`),
  ].join('\n');
