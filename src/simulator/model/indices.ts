import { createHash } from 'node:crypto';
import { noRecords, type RecordSet } from './record-set.ts';

/** What an index holds. Nothing in it changes: whoever captured it has the state of that moment. */
export interface IndexContent {
  /** Documents of the records themselves, or of what an application made of them. */
  readonly holds: 'records' | 'effects';
  /** Value types of the records whose documents, or whose effects, it holds. */
  readonly valueTypes: readonly string[];
  readonly records: RecordSet;
  /** Of an application that imports: how far it has come, per partition. */
  readonly importPositions: ReadonlyMap<number, number>;
  /** Documents that come from no record. */
  readonly documents: number;
}

export interface Index {
  readonly name: string;
  readonly uuid: string;
  readonly createdAt: number;
  readonly shards: number;
  readonly replicas: number;
  readonly content: IndexContent;
  /** What a search finds: the content as of the last refresh. */
  readonly searchable: IndexContent;
}

export interface Indices {
  readonly all: ReadonlyMap<string, Index>;
  /** Creates it where it is absent. */
  create(name: string, content?: Partial<IndexContent>): void;
  delete(name: string): void;
  /** Puts other content in, into a new index where there is none of that name. */
  update(name: string, change: (content: IndexContent) => IndexContent): void;
  /** Makes everything searchable. */
  refresh(): void;
}

const empty: IndexContent = {
  holds: 'effects',
  valueTypes: [],
  records: noRecords,
  importPositions: new Map(),
  documents: 0,
};

export function createIndices(now: () => number): Indices {
  const all = new Map<string, Index>();
  let created = 0;

  const create = (name: string, content: Partial<IndexContent> = {}): Index => {
    const found = all.get(name);
    if (found) return found;
    created += 1;
    const whole = { ...empty, ...content };
    const uuid = createHash('sha256').update(`${name}/${created}`).digest('base64url').slice(0, 22);
    const index = { name, uuid, createdAt: now(), shards: 1, replicas: 0, content: whole, searchable: whole };
    all.set(name, index);
    return index;
  };

  return {
    all,
    create: (name, content) => void create(name, content),
    delete: (name) => void all.delete(name),
    update(name, change) {
      const index = create(name);
      all.set(name, { ...index, content: change(index.content) });
    },
    refresh() {
      for (const [name, index] of all)
        if (index.searchable !== index.content) all.set(name, { ...index, searchable: index.content });
    },
  };
}
