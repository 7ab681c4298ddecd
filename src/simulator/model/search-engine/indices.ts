import { createHash } from 'node:crypto';
import { noRecords, type RecordSet } from '../log/record-set.ts';

/** By partition and value type: each kind of record is imported from an alias of its own. */
export type ImportPositions = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** What an index holds. Nothing in it changes: whoever captured it has the state of that moment. */
export interface IndexContent {
  /** Documents of the records themselves, or of what an application made of them. */
  readonly holds: 'records' | 'effects';
  /** Value types of the records whose documents, or whose effects, it holds. */
  readonly valueTypes: readonly string[];
  readonly records: RecordSet;
  /** Of an application that imports: how far it has come. */
  readonly importPositions: ImportPositions;
  /** Documents that come from no record. */
  readonly documents: number;
}

/** Where the primary of a shard got its data from, or is getting it. */
export interface Recovery {
  readonly type: 'EMPTY_STORE' | 'EXISTING_STORE' | 'SNAPSHOT';
  readonly startedAt: number;
  /** undefined while it goes on. */
  readonly endedAt: number | undefined;
  readonly source?: {
    readonly repository: string;
    readonly snapshot: string;
    readonly index: string;
    readonly restoreUuid: string;
  };
}

/** A primary. `WAITING`: it is going to be restored. `UNASSIGNED`: nothing is going to happen to it by itself. */
export interface Shard {
  readonly state: 'STARTED' | 'INITIALIZING' | 'WAITING' | 'UNASSIGNED';
  /** undefined before it has begun, and once it has failed. */
  readonly recovery: Recovery | undefined;
}

export interface Index {
  readonly name: string;
  readonly uuid: string;
  readonly createdAt: number;
  readonly shards: readonly Shard[];
  readonly replicas: number;
  readonly aliases: readonly string[];
  readonly closed: boolean;
  readonly content: IndexContent;
  /** What a search finds: the content as of the last refresh. */
  readonly searchable: IndexContent;
}

export interface IndexLayout {
  readonly shards?: number;
  readonly replicas?: number;
  readonly aliases?: readonly string[];
}

export interface Indices {
  readonly all: ReadonlyMap<string, Index>;
  /** Creates it where it is absent. */
  create(name: string, content?: Partial<IndexContent>, layout?: IndexLayout): Index;
  delete(name: string): void;
  /** Puts other content in, into a new index where there is none of that name. */
  update(name: string, change: (content: IndexContent) => IndexContent): void;
  /** Gives an index that exists other properties. */
  set(name: string, properties: Partial<Pick<Index, 'shards' | 'closed' | 'content' | 'searchable'>>): void;
  /** Whether every index that was ever updated takes documents: it is open and all its primaries have started. */
  readonly writable: boolean;
  /** Makes everything searchable. */
  refresh(): void;
}

export const emptyContent: IndexContent = {
  holds: 'effects',
  valueTypes: [],
  records: noRecords,
  importPositions: new Map(),
  documents: 0,
};

export const isStarted = (index: Index): boolean => index.shards.every(({ state }) => state === 'STARTED');

export function createIndices(now: () => number): Indices {
  const all = new Map<string, Index>();
  const updated = new Set<string>();
  let created = 0;

  const create = (name: string, content: Partial<IndexContent> = {}, layout: IndexLayout = {}): Index => {
    const found = all.get(name);
    if (found) return found;
    created += 1;
    const whole = { ...emptyContent, ...content };
    const recovery: Recovery = { type: 'EMPTY_STORE', startedAt: now(), endedAt: now() };
    const index: Index = {
      name,
      uuid: createHash('sha256').update(`${name}/${created}`).digest('base64url').slice(0, 22),
      createdAt: now(),
      shards: Array.from({ length: layout.shards ?? 1 }, () => ({ state: 'STARTED', recovery })),
      replicas: layout.replicas ?? 0,
      aliases: layout.aliases ?? [],
      closed: false,
      content: whole,
      searchable: whole,
    };
    all.set(name, index);
    return index;
  };

  return {
    all,
    create,
    delete: (name) => void all.delete(name),
    update(name, change) {
      updated.add(name);
      const index = create(name);
      all.set(name, { ...index, content: change(index.content) });
    },
    set(name, properties) {
      const index = all.get(name);
      if (index) all.set(name, { ...index, ...properties });
    },
    get writable() {
      for (const name of updated) {
        const index = all.get(name);
        if (index && (index.closed || !isStarted(index))) return false;
      }
      return true;
    },
    refresh() {
      for (const [name, index] of all)
        if (index.searchable !== index.content) all.set(name, { ...index, searchable: index.content });
    },
  };
}

/** One document says how far one kind of record was imported from one partition. */
export const importPositionDocuments = ({ importPositions }: IndexContent): number =>
  [...importPositions.values()].reduce((sum, positions) => sum + positions.size, 0);
