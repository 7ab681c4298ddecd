import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CatalogueProblem, CatalogueRecord } from '../model/catalogue-record.ts';
import { canonicalJson } from './canonical-json.ts';
import type { SigningKey, VerifyKey } from './keys.ts';
import { catalogueFormat, catalogueRecord } from './record.ts';

/** What stands in a record's key. */
export interface RecordIdentity {
  readonly cluster: string;
  readonly backupId: number;
  readonly runId: string;
}

/** A record as its file was found. */
export interface UnsealedRecord {
  /** Absent only where nothing of it can be told. */
  readonly record?: CatalogueRecord;
  /** Of the whole file. */
  readonly sha256: string;
  /** Whether a signature was checked and is right. */
  readonly signed: boolean;
  readonly problems: readonly CatalogueProblem[];
}

/**
 * The file of a record: canonical JSON (RFC 8785) of `{format, record, sha256, signature?}`. The digest covers everything but itself, the
 * signature format and record.
 */
export function sealRecord(record: CatalogueRecord, key?: SigningKey): Uint8Array {
  const content = { format: catalogueFormat, record };
  const body = { ...content, ...(key === undefined ? {} : { signature: signatureOf(content, key) }) };
  return Buffer.from(canonicalJson({ ...body, sha256: sha256Of(canonicalJson(body)) }));
}

const signatureOf = (content: object, key: SigningKey) => ({
  algorithm: 'Ed25519',
  key: key.id,
  value: key.sign(Buffer.from(canonicalJson(content))),
});

/**
 * Opens the file that lies under the key of `expected`. A signature is demanded where `verifyKeys` are given. Never throws for what the file
 * holds: whatever is wrong stands in `problems`, all of it.
 */
export function openRecord(
  file: Uint8Array,
  expected: RecordIdentity,
  verifyKeys: readonly VerifyKey[] = [],
): UnsealedRecord {
  const sha256 = sha256Of(file);
  const nothing = (problem: CatalogueProblem): UnsealedRecord => ({ sha256, signed: false, problems: [problem] });
  const json = parseJson(file);
  const shell = sealedShell.safeParse(json);
  if (!shell.success) {
    return nothing({ code: 'NOT_A_RECORD', says: `the file is no sealed record: ${firstIssue(shell.error)}` });
  }
  const { format, record: raw, signature } = shell.data;
  const altered = alteration(file, json, shell.data);
  // Every format is sealed alike; a changed byte must not pass for a later one.
  if (format > catalogueFormat && altered.length === 0) {
    const says = `the record has format ${format}, this release reads up to ${catalogueFormat}: read it with the release that wrote it, or a newer one`;
    return nothing({ code: 'NEWER_FORMAT', says });
  }
  const read = catalogueRecord.safeParse(raw);
  if (!read.success) {
    const says = `the record lacks what every record has: ${firstIssue(read.error)}`;
    return { sha256, signed: false, problems: [...altered, { code: 'NOT_A_RECORD', says }] };
  }
  const signing = verifyKeys.length === 0 ? [] : signatureProblems(signature, { format, record: raw }, verifyKeys);
  return {
    record: read.data,
    sha256,
    signed: verifyKeys.length > 0 && signing.length === 0,
    problems: [...altered, ...signing, ...identityProblems(read.data, expected)],
  };
}

export const sha256Of = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

const sealedShell = z.object({
  format: z.int().positive(),
  record: z.record(z.string(), z.unknown()),
  sha256: z.string(),
  signature: z.object({ algorithm: z.literal('Ed25519'), key: z.string(), value: z.string() }).optional(),
});
type SealedShell = z.infer<typeof sealedShell>;

/** The digest says whether the value is the one that was sealed, the canonical form whether the bytes are. */
function alteration(file: Uint8Array, json: unknown, shell: SealedShell): readonly CatalogueProblem[] {
  if (isAsSealed(file, shell)) return [];
  const { sha256: stated } = shell;
  const { sha256: _, ...body } = z.record(z.string(), z.unknown()).parse(json);
  const text = canonicalOrNone(body);
  if (text === undefined) return [{ code: 'RECORD_ALTERED', says: 'the file holds a value that no record can hold' }];
  const found = sha256Of(text);
  if (found !== stated) {
    return [{ code: 'RECORD_ALTERED', says: `the record's digest is ${found}, sealed was ${stated}` }];
  }
  if (Buffer.from(canonicalJson(json)).equals(file)) return [];
  return [
    { code: 'RECORD_ALTERED', says: 'the file holds the sealed value in other bytes than those that were written' },
  ];
}

/**
 * Whether the bytes are those that were sealed, without making them anew from their value: the digest is of the canonical text, and that is
 * the file without its digest, which stands before the signature or is the last.
 */
function isAsSealed(file: Uint8Array, { sha256, signature }: SealedShell): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const digest = Buffer.from(`,"sha256":"${sha256}"`);
  const after = Buffer.from(signature === undefined ? '}' : `,"signature":${canonicalOrNone(signature)}}`);
  const at = bytes.length - after.length - digest.length;
  if (at < 0 || !bytes.subarray(at).equals(Buffer.concat([digest, after]))) return false;
  return createHash('sha256').update(bytes.subarray(0, at)).update(after).digest('hex') === sha256;
}

/** A changed byte can make what no record was sealed with: a number beyond all bounds, or half a surrogate pair. */
function canonicalOrNone(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

function signatureProblems(
  signature: SealedShell['signature'],
  content: object,
  verifyKeys: readonly VerifyKey[],
): readonly CatalogueProblem[] {
  const known = verifyKeys.map(({ id }) => id).join(', ');
  if (signature === undefined) {
    return [
      { code: 'SIGNATURE_MISSING', says: `the record is not signed; one of the keys ${known} is to have signed it` },
    ];
  }
  const key = verifyKeys.find(({ id }) => id === signature.key);
  if (key === undefined) {
    return [{ code: 'SIGNATURE_FOREIGN', says: `the record is signed with key ${signature.key}; known are ${known}` }];
  }
  const text = canonicalOrNone(content);
  if (text !== undefined && key.verify(Buffer.from(text), signature.value)) return [];
  return [{ code: 'SIGNATURE_WRONG', says: `the record's signature does not fit its content and key ${key.id}` }];
}

function identityProblems({ cluster, backupId, run }: CatalogueRecord, expected: RecordIdentity): CatalogueProblem[] {
  return [
    ...(cluster === expected.cluster
      ? []
      : [
          {
            code: 'OTHER_CLUSTER' as const,
            says: `the record is of cluster ${cluster}, its key of ${expected.cluster}`,
          },
        ]),
    ...(backupId === expected.backupId && run.runId === expected.runId
      ? []
      : [
          {
            code: 'OTHER_BACKUP' as const,
            says: `the record is of backup ${backupId} of run ${run.runId}, its key of ${expected.backupId} of run ${expected.runId}`,
          },
        ]),
  ];
}

/** Undefined for what is no JSON. */
export function parseJson(file: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    return undefined;
  }
}

const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'unreadable'}`;
};
