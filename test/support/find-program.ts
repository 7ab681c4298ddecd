import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these names that a folder of the PATH has as a program; undefined where none has. */
export function findProgram(...names: readonly string[]): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
