import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigError } from '../config/problems.ts';

/** Where and how Temporal is reached. */
export interface TemporalSettings {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
  /** Host and port, for messages. */
  readonly address: string;
}

/**
 * Reads the variables of the Temporal CLI (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_TLS_*`, ...) and its configuration file.
 * Throws a ConfigError for what cannot be an address or cannot be read.
 */
export function readTemporalSettings(env: Readonly<Record<string, string | undefined>>): TemporalSettings {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const { connectionOptions, namespace = 'default' } = load(Object.fromEntries(set));
  const { address = 'localhost' } = connectionOptions;
  if (address.includes('://')) {
    const bare = address.replace(/^.*?:\/\//, '').replace(/\/.*$/, '');
    throw wrong('TEMPORAL_ADDRESS', `"${address}" is a URL; give host and port alone: ${bare}`);
  }
  return { connectionOptions, namespace, address: hasPort.test(address) ? address : `${address}:7233` };
}

const hasPort = /^(\[.*\]|[^:]*):\d+$/;

function load(env: Record<string, string>) {
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const [, missing] = /^ENOENT: .* '(.*)'$/.exec(reason) ?? [];
    throw wrong('TEMPORAL_*', missing === undefined ? reason : `there is no file ${missing}; correct its path`);
  }
}

const wrong = (path: string, message: string): ConfigError => new ConfigError([{ path, message }]);
