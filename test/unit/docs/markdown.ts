import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Page {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export const readPage = (path: string): Page => ({ path, text: readFileSync(join(root, path), 'utf8') });

const filesIn = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length));

/** Every page that a user reads: those at the root, those in docs, and the examples. */
export const pages: readonly Page[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesIn('docs', /\.md$/),
  ...filesIn('examples', /\.(md|sh)$/),
].map(readPage);

/** All text of our own sources, in which the words of the docs must occur. */
export const sources = textOf([...filesIn('src', /\.ts$/), ...filesIn('scripts', /\.(ts|mjs)$/)]);

/** The same of the tests, of which only the page for who changes the code speaks. */
export const testSources = textOf(filesIn('test', /\.ts$/));

function textOf(paths: readonly string[]): string {
  return paths.map((path) => readPage(path).text).join('\n');
}

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

export const headingsOf = ({ text }: Page): readonly string[] =>
  [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);

/** Targets of the links of a page. */
export const linksOf = ({ text }: Page): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** Words set as code that look like a name of ours: camelCase, or capitals with an underscore. */
export const codeWordsOf = ({ text }: Page): readonly string[] =>
  [...withoutCode(text).matchAll(/`([a-z]+(?:[A-Z][a-z]*)+|[A-Z]+(?:_[A-Z]+)+)`/g)].map(([, word = '']) => word);

export interface Example {
  /** `--type` of a start, `--name` of an update. */
  readonly name: string;
  readonly input: unknown;
}

/** Each `--input` that a page shows, with the Workflow type or update that it is for. */
export function examplesOf({ text }: Page): readonly Example[] {
  const commands = text.replaceAll(/\\\n\s*/g, ' ').matchAll(/temporal [^\n]*--input ('[^']*'|"[^\n]*")/g);
  return [...commands].map(([command, quoted = '']) => ({
    name: /--(?:type|name) (\w+)/.exec(command)?.[1] ?? '',
    input: JSON.parse(quoted.slice(1, -1).replaceAll('\\"', '"')),
  }));
}

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');
