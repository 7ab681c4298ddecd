import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { z } from 'zod';
import type { Problem } from './problems.ts';
import { didYouMean } from './problems.ts';
import { syntaxProblems } from './syntax-errors.ts';

/**
 * A group of keys in the file. Every reader reports what is wrong at its own line and returns undefined, so that one pass finds all
 * problems. Keys that nobody asked for are reported when the section ends.
 */
export interface Section {
  has(key: string): boolean;
  /** A value that must be there. */
  value<T>(key: string, shape: z.ZodType<T>): T | undefined;
  optionalValue<T>(key: string, shape: z.ZodType<T>): T | undefined;
  section<T>(key: string, read: (section: Section) => T): T | undefined;
  optionalSection<T>(key: string, read: (section: Section) => T): T | undefined;
  /** A list of sections; undefined when absent or wrong. */
  list<T>(key: string, read: (section: Section) => T): readonly T[] | undefined;
  /** A list of values; undefined when absent or wrong. */
  values<T>(key: string, shape: z.ZodType<T>): readonly T[] | undefined;
  /** Every key of this section is a name chosen by the user. */
  names(): readonly string[];
  /** Keys that may stand here although they are not read now. */
  allow(...keys: readonly string[]): void;
  /** Which keys are allowed is not known: only secrets among the unread ones are reported. */
  ignoreRest(): void;
  /** Reports a problem of one key, or of the section itself. */
  report(message: string, key?: string): void;
  /** Where it stands, to be named by another section's problem: "line 12". */
  readonly place: string;
}

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly report: (problem: Problem) => void;
}

/** Parses the text and reads its outermost section; undefined, with the problems reported, when it is no YAML mapping. */
export function readYaml<T>(
  file: string,
  text: string,
  report: (problem: Problem) => void,
  read: (section: Section) => T,
): T | undefined {
  const lines = new LineCounter();
  // The pretty form of an error quotes the source, which may hold a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source = { file, document, lines, report };
  // A key given twice is a problem of the section that it stands in.
  const slips = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  for (const { offset, message } of syntaxProblems(text, slips)) {
    report({ file, line: lines.linePos(offset).line, path: '', message });
  }
  if (slips.length > 0) return undefined;
  if (!isMap(document.contents)) {
    report({ file, line: 1, path: '', message: emptyOrOther(text) });
    return undefined;
  }
  return enter(source, document.contents, { path: '', offset: 0 }, read);
}

const emptyOrOther = (text: string): string =>
  /^\s*(#.*\s*)*$/.test(text)
    ? 'is empty; begin it with "clusters:", as in examples/cluster.yaml'
    : 'must be a YAML mapping that begins with "clusters:", as in examples/cluster.yaml';

interface At {
  readonly path: string;
  /** Of the key that leads here. */
  readonly offset: number;
}

function enter<T>(source: Source, map: YAMLMap, at: At, read: (section: Section) => T): T {
  const asked = new Set<string>();
  let lenient = false;
  const pairs = new Map(map.items.map((pair) => [keyText(pair.key), pair]));
  const line = (offset: number): number => source.lines.linePos(offset).line;
  const childAt = (key: string): At => ({
    path: at.path === '' ? key : `${at.path}.${key}`,
    offset: offsetOf(pairs.get(key)?.key) ?? at.offset,
  });
  const reportAt = ({ path, offset }: At, message: string): void =>
    source.report({ file: source.file, line: line(offset), path, message });
  // The last one is the one that `pairs` has.
  map.items.forEach(({ key }, i) => {
    const name = keyText(key);
    if (!map.items.slice(0, i).some((earlier) => keyText(earlier.key) === name)) return;
    reportAt(childAt(name), 'is given twice in one section; remove one');
  });

  const node = (key: string, required: boolean): unknown => {
    asked.add(key);
    const pair = pairs.get(key);
    if (pair === undefined) {
      if (required) reportAt(childAt(key), 'is missing');
      return undefined;
    }
    const value = isAlias(pair.value) ? pair.value.resolve(source.document) : pair.value;
    if (value === undefined) reportAt(childAt(key), 'refers to an anchor that does not exist');
    else if (value === null || (isScalar(value) && value.value === null)) {
      reportAt(childAt(key), 'is empty; give a value or remove the key');
    } else return value;
    return undefined;
  };

  const value = <V>(key: string, shape: z.ZodType<V>, required: boolean): V | undefined => {
    const found = node(key, required);
    if (found === undefined) return undefined;
    const result = shape.safeParse(isScalar(found) ? found.value : isSeq(found) ? [] : {});
    if (result.success) return result.data;
    for (const issue of result.error.issues) reportAt(childAt(key), issue.message);
    return undefined;
  };

  const section = <V>(key: string, readChild: (child: Section) => V, required: boolean): V | undefined => {
    const found = node(key, required);
    if (found === undefined) return undefined;
    if (isMap(found)) return enter(source, found, childAt(key), readChild);
    reportAt(childAt(key), 'must be a group of keys, indented below this one');
    return undefined;
  };

  const result = read({
    place: `line ${line(at.offset)}`,
    has: (key) => pairs.has(key),
    value: (key, shape) => value(key, shape, true),
    optionalValue: (key, shape) => value(key, shape, false),
    section: (key, readChild) => section(key, readChild, true),
    optionalSection: (key, readChild) => section(key, readChild, false),
    values(key, shape) {
      const found = node(key, false);
      if (found === undefined) return undefined;
      if (!isSeq(found) || found.items.length === 0) {
        reportAt(childAt(key), 'must be a list of values, each behind a "-"');
        return undefined;
      }
      return found.items.flatMap((entry, index) => {
        const item = isAlias(entry) ? entry.resolve(source.document) : entry;
        const itemAt = { path: `${childAt(key).path}[${index}]`, offset: offsetOf(entry) ?? childAt(key).offset };
        const parsed = shape.safeParse(isScalar(item) ? item.value : {});
        if (parsed.success) return [parsed.data];
        for (const issue of parsed.error.issues) reportAt(itemAt, issue.message);
        return [];
      });
    },
    names: () => [...pairs.keys()],
    allow: (...keys) => keys.forEach((key) => asked.add(key)),
    ignoreRest: () => (lenient = true),
    report: (message, key) => reportAt(key === undefined ? at : childAt(key), message),
    list(key, readChild) {
      const found = node(key, false);
      if (found === undefined) return undefined;
      if (!isSeq(found)) {
        reportAt(childAt(key), 'must be a list, each entry beginning with "-"');
        return undefined;
      }
      return found.items.flatMap((entry, index) => {
        const item = isAlias(entry) ? entry.resolve(source.document) : entry;
        const itemAt = { path: `${childAt(key).path}[${index}]`, offset: offsetOf(entry) ?? childAt(key).offset };
        if (isMap(item)) return [enter(source, item, itemAt, readChild)];
        reportAt(itemAt, 'must be a group of keys');
        return [];
      });
    },
  });
  for (const key of pairs.keys()) {
    if (!asked.has(key) && (!lenient || secretKey.test(key))) reportAt(childAt(key), refusal(key, [...asked]));
  }
  return result;
}

const secretKey =
  /^(password|passwd|secret|token|key|api[-_]?key|access[-_]?key([-_]?id)?|secret[-_]?access[-_]?key|passphrase)$/i;

function refusal(key: string, allowed: readonly string[]): string {
  const list = allowed.length === 0 ? 'none' : allowed.join(', ');
  if (!secretKey.test(key)) return `is not a known key.${didYouMean(key, allowed)} Allowed here: ${list}`;
  const instead = allowed.filter((name) => /(Env|File)$/.test(name));
  return instead.length === 0
    ? `a secret must not stand in this file, and this place takes none. Allowed here: ${list}`
    : `a secret must not stand in this file; name an environment variable or a file instead: ${instead.join(', ')}`;
}

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : '(not a plain key)');

function offsetOf(node: unknown): number | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined;
  return node.range?.[0];
}
