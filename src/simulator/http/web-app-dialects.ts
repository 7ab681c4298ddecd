import { springError, webAppError } from './answers.ts';

/** What an application wanted of the search engine when it did not answer. */
export type EngineCall = 'searching' | 'retrieving the repository';

/** What Operate and Tasklist answer in each situation: the same acts under different statuses and bodies. */
export interface WebAppDialect {
  readonly negativeId: (id: number) => Response;
  readonly badId: (path: string, id: string) => Response;
  readonly badBody: (path: string, text: string) => Response;
  readonly noBody: (path: string) => Response;
  readonly unknownId: (path: string, backupId: number) => Response;
  readonly rejected: (message: string) => Response;
  readonly noRepository: (message: string) => Response;
  readonly notConfigured: (message: string) => Response;
  readonly engineDown: (call: EngineCall, repository: string) => Response;
  /** How the message about an ID in use names a snapshot of it. */
  readonly nameOf: (snapshot: { readonly name: string; readonly uuid: string }) => string;
  /** The failures of a part that has none. */
  readonly noFailures: readonly string[] | null;
  /** Whether it can read a snapshot that is being written. */
  readonly readsRunning: boolean;
}

type Product = 'elasticsearch' | 'opensearch';

/** The dialect of 8.6.0, with its own memory: one per application that runs. */
export function webAppDialect(name: 'operate' | 'tasklist', product: Product): WebAppDialect {
  const onElasticsearch = name === 'operate' ? operate() : tasklist;
  if (product === 'elasticsearch') return onElasticsearch;
  return { ...onElasticsearch, ...(name === 'operate' ? operateOnOpenSearch : tasklistOnOpenSearch) };
}

const invalid = (message: string | null): Response => webAppError(400, message, { type: 'Invalid request' });

const unreachable = (call: EngineCall, repository: string): string =>
  call === 'searching'
    ? `Encountered an error connecting to Elasticsearch while searching for snapshots. Repository name: [${repository}].`
    : `Encountered an error connecting to Elasticsearch while retrieving repository with name [${repository}].`;

const noSuchBackup = (backupId: number): string => `No backup with id [${backupId}] found.`;

const dto = 'io.camunda.operate.webapp.management';

/** Operate 8.6.0 answers 400 "Invalid request" to everything. */
function operate(): WebAppDialect {
  let misses = 0;
  return {
    negativeId: (id) => invalid(`BackupId must be a non-negative Integer. Received value: ${id}`),
    badId: (_, id) =>
      invalid(
        `Failed to convert value of type 'java.lang.String' to required type 'java.lang.Long'; For input string: "${id}"`,
      ),
    badBody: (_, text) =>
      invalid(
        `JSON parse error: Cannot deserialize value of type \`java.lang.Long\` from String ${text}: not a valid \`java.lang.Long\` value`,
      ),
    noBody: () =>
      invalid(
        `Required request body is missing: public ${dto}.dto.TakeBackupResponseDto ${dto}.BackupController.takeBackup(${dto}.dto.TakeBackupRequestDto)`,
      ),
    unknownId() {
      // The JVM leaves out the message of an exception that one line throws again and again.
      misses += 1;
      return invalid(misses === 1 ? 'Index 0 out of bounds for length 0' : null);
    },
    rejected: invalid,
    noRepository: invalid,
    notConfigured: invalid,
    engineDown: (call, repository) => invalid(unreachable(call, repository)),
    nameOf: ({ name, uuid }) => `${name}/${uuid}`,
    noFailures: [],
    readsRunning: true,
  };
}

/** Tasklist 8.6.0 answers statuses of all kinds. */
const tasklist: WebAppDialect = {
  negativeId: (id) => webAppError(400, `BackupId must be a non-negative Long. Received value: ${id}`),
  badId: (path) => springError(400, path),
  badBody: (path) => springError(400, path),
  noBody: (path) => springError(400, path),
  unknownId: (path) => springError(500, path),
  rejected: (message) => webAppError(400, message),
  noRepository: (message) => webAppError(500, message, { instance: null }),
  notConfigured: (message) => webAppError(404, message),
  engineDown: (call, repository) => webAppError(502, unreachable(call, repository), { instance: null }),
  nameOf: ({ name, uuid }) => `${name}/${uuid}`,
  noFailures: [],
  readsRunning: true,
};

const operateOnOpenSearch: Partial<WebAppDialect> = {
  unknownId: (_, backupId) => webAppError(404, noSuchBackup(backupId), { type: 'Requested resource not found' }),
  engineDown: (_, repository) =>
    invalid(
      `Exception occurred when searching for backups: Failed to get snapshot camunda_operate_* in repository ${repository}`,
    ),
  nameOf: ({ uuid }) => uuid,
  noFailures: null,
  // Its list of snapshot states knows STARTED and not IN_PROGRESS.
  readsRunning: false,
};

const tasklistOnOpenSearch: Partial<WebAppDialect> = {
  unknownId: (_, backupId) => webAppError(404, noSuchBackup(backupId)),
};
