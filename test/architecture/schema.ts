import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { z } from 'zod';

/** Compiles one of the schemas beside this file. */
export function compileSchema(name: string): ValidateFunction {
  const file = new URL(`schemas/${name}`, import.meta.url);
  const { $schema: _dialect, ...schema } = z.looseObject({}).parse(JSON.parse(readFileSync(file, 'utf8')));
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
}

/** What a schema has against a value; empty when nothing. */
export const problemsOf = (validate: ValidateFunction, value: unknown): readonly string[] =>
  validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
