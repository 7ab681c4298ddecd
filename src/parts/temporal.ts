import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { temporalCli } from './temporal-cli.ts';
import { startPart, type Part } from './part.ts';
import { freePort } from './ports.ts';

export interface Temporal extends Part {
  readonly address: string;
  /** Undefined without `ui`. */
  readonly uiUrl: string | undefined;
}

export interface TemporalOptions {
  /** Path of the Temporal CLI; the one an npm script has set up when left out. */
  readonly cli?: string;
  readonly folder: string;
  readonly ui?: boolean;
  /** Keeps everything in this file, so that a killed server can be started again on it. */
  readonly dbFilename?: string;
  /** Ports of the server this one takes the place of. */
  readonly port?: number;
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** Beside `default`. */
  readonly namespaces?: readonly string[];
}

/** Starts a Temporal dev server. */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const port = options.port ?? (await freePort());
  const uiPort = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'];
  args.push(...(options.ui ? ['--ui-port', String(uiPort), '--ui-ip', '127.0.0.1'] : ['--headless']));
  // The file has to survive the server, not the machine.
  if (options.dbFilename) args.push('--db-filename', options.dbFilename, '--sqlite-pragma', 'synchronous=off');
  for (const [name, type] of Object.entries(options.searchAttributes ?? {}))
    args.push('--search-attribute', `${name}=${type}`);
  for (const namespace of options.namespaces ?? []) args.push('--namespace', namespace);
  // Without it every timer and retry back-off below a second takes about one.
  args.push('--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"');
  const part = await startPart({
    name: 'Temporal',
    command: options.cli ?? temporalCli(),
    args,
    env: {},
    cwd: options.folder,
    logFile: join(options.folder, 'temporal.log'),
    ready: () => servesDefaultNamespace(address),
    readyWithinMs: 60_000,
  });
  return { ...part, address, uiUrl: options.ui ? `http://127.0.0.1:${uiPort}` : undefined };
}

async function servesDefaultNamespace(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } finally {
    await connection.close();
  }
}
