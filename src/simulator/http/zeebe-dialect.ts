import { problemError, springError } from './answers.ts';

/** What differs between the minors of Zeebe in the answers of a gateway or a broker. */
export interface ZeebeDialect {
  /** Answer to a call that no endpoint handles, and to an argument that cannot be read. */
  readonly error: (status: number, path: string, detail?: string) => Response;
  /** Whether exporters can be switched: then `/actuator/exporters` is there, and the topology names them. */
  readonly switchesExporters: boolean;
  /** Phase of a broker without any exporter; undefined where it follows pause and resume all the same. */
  readonly phaseWithoutExporter: 'CLOSED' | undefined;
  /** Whether `/actuator/partitions` shows the clock of each partition. */
  readonly showsClock: boolean;
}

// Seen on 8.5.8 and on 8.6.0.
const upTo85: ZeebeDialect = {
  error: problemError,
  switchesExporters: false,
  phaseWithoutExporter: 'CLOSED',
  showsClock: false,
};
const from86: ZeebeDialect = {
  error: springError,
  switchesExporters: true,
  phaseWithoutExporter: undefined,
  showsClock: true,
};

export function zeebeDialect(version: string): ZeebeDialect {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 8 && minor <= 5 ? upTo85 : from86;
}
