import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Section } from './section.ts';
import { fail, Text } from './values.ts';

/** What lies outside the cluster file: the environment, and files that it names. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; a relative path counts from the cluster file's folder. */
  readonly readFile: (path: string) => string;
  /** Collects the variables that the file names, which may carry our prefix. */
  readonly named: Set<string>;
}

/** Reads the secret `name` from `<name>Env` or `<name>File`, exactly one of them. */
export function readSecret(
  section: Section,
  name: string,
  outside: Outside,
  lines: 'one' | 'many' = 'one',
): string | undefined {
  const [env, file] = [`${name}Env`, `${name}File`];
  const fromEnv = section.optionalValue(env, secretVariable(outside));
  const fromFile = section.optionalValue(file, secretFile(outside, lines));
  if (section.has(env) && section.has(file)) section.report(`give ${env} or ${file}, not both`, file);
  if (!section.has(env) && !section.has(file) && !section.has(name)) {
    section.report(`needs ${env} (name of an environment variable) or ${file} (path of a file)`);
  }
  return fromEnv ?? fromFile;
}

const secretVariable = ({ env, named }: Outside) =>
  Text.transform((name, context) => {
    named.add(name);
    // A secret pasted in place of the name must not reach a log: only what looks like a name is shown.
    const shown = /^[A-Z][A-Z0-9_]*$/.test(name)
      ? `environment variable ${name}`
      : 'the environment variable named here';
    const value = env[name];
    if (value === undefined) return fail(context, `${shown} is not set`);
    return value === '' ? fail(context, `${shown} is empty`) : value;
  });

/** The same where it may be left out. */
export function readOptionalSecret(
  section: Section,
  name: string,
  outside: Outside,
  lines: 'one' | 'many' = 'one',
): string | undefined {
  if (section.has(`${name}Env`) || section.has(`${name}File`) || section.has(name)) {
    return readSecret(section, name, outside, lines);
  }
  section.allow(`${name}Env`, `${name}File`);
  return undefined;
}

const secretFile = ({ readFile }: Outside, lines: 'one' | 'many') =>
  Text.transform((path, context) => {
    const text = read(readFile, path);
    if (typeof text !== 'string') return fail(context, text.problem);
    // Editors and `echo` end a file with a newline that is not part of the secret.
    const secret = text.replace(/\r?\n$/, '');
    if (secret.trim() === '') return fail(context, `file ${path} is empty`);
    return lines === 'one' && /[\r\n]/.test(secret) ? fail(context, `file ${path} has more than one line`) : secret;
  });

/** Text of a PEM file with certificates. */
export const certificateFile = ({ readFile }: Outside) =>
  Text.transform((path, context) => {
    const text = read(readFile, path);
    if (typeof text !== 'string') return fail(context, text.problem);
    return parses(() => new X509Certificate(text)) ? text : fail(context, `file ${path} holds no PEM certificate`);
  });

/** Text of a PEM file with a private key. */
export const privateKeyFile = ({ readFile }: Outside) =>
  Text.transform((path, context) => {
    const text = read(readFile, path);
    if (typeof text !== 'string') return fail(context, text.problem);
    if (parses(() => createPrivateKey(text))) return text;
    return fail(context, `file ${path} holds no PEM private key that can be read without a passphrase`);
  });

/** What a PEM file with a key is read as; `readKey` throws in words for what it is not. */
export const keyFile = <K>({ readFile }: Outside, readKey: (pem: string) => K) =>
  Text.transform((path, context): K => {
    const text = read(readFile, path);
    if (typeof text !== 'string') return fail(context, text.problem);
    try {
      return readKey(text);
    } catch (error) {
      return fail(context, `file ${path} ${error instanceof Error ? error.message : String(error)}`);
    }
  });

function read(readFile: Outside['readFile'], path: string): string | { readonly problem: string } {
  try {
    return readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'does not exist',
      EACCES: 'is not readable for this user',
      EISDIR: 'is a folder',
    };
    return { problem: `file ${path} ${reasons[code] ?? `cannot be read: ${code}`}` };
  }
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
