import { execFile } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackupStore, openStore } from '../../src/stores/open-store.ts';
import { cliModule, type CliRun } from '../support/cli.ts';
import { findProgram } from '../support/find-program.ts';
import { look, seenOf, steady, verifyDeep, writeClusterFile, type Look } from '../support/read-only/look.ts';
import { startAzureServer, startGcsServer, startS3Server, type Server } from '../support/read-only/servers.ts';
import { ids, inventory, storeSets } from '../support/read-only/stored-sets.ts';
import { skipUnless } from '../support/skip-unless.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-only-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** That there was something to see: the good set read to its last byte and compared with its record, and what the broken one lacks. */
function expectToBeSeen(looked: Look, layouts: readonly number[]): void {
  for (const id of layouts) {
    const { contents } = seenOf(looked, id);
    expect(contents?.files).toBeGreaterThan(0);
    expect(contents?.filesRead).toBe(contents?.files);
  }
  expect(seenOf(looked, ids.broken).codes).toContain('FILE_MISSING');
}

describe.each([
  ['S3', startS3Server],
  ['GCS', startGcsServer],
  ['Azure', startAzureServer],
])('%s', (name, start) => {
  let server: Server;
  const file = join(folder, `${name}.json`);

  beforeAll(async () => {
    server = await start(join(folder, name));
    await storeSets(server.owner.store, server.owner.catalogue);
  }, 120_000);
  afterAll(() => server?.stop());

  const there = () => inventory(server.owner.store, server.owner.catalogue);

  test('who may only list and read can neither write, overwrite nor delete', async () => {
    const before = await there();
    const { asReader, denied, readers } = server;
    const key = before[0]?.[0]?.key ?? '';

    await expect(asReader.put('new')).rejects.toMatchObject(denied);
    await expect(asReader.overwrite(key)).rejects.toMatchObject(denied);
    await expect(asReader.remove(key)).rejects.toMatchObject(denied);
    for (const { store } of readers) {
      await expect(openStore(store).create('new', Buffer.from('x'))).rejects.toMatchObject({ kind: 'rejected' });
    }
    expect(await there()).toEqual(before);
  });

  test('and sees of every backup what the owner sees, byte for byte, and leaves everything as it is', async () => {
    const before = await there();
    const asked = server.calls?.refused.length;

    const asOwner = await look(file, server.owner.keys);
    for (const reader of server.readers) expect(await look(file, reader)).toEqual(asOwner);

    expectToBeSeen(asOwner, name === 'S3' ? [ids.recorded, ids.beside] : [ids.recorded]);
    expect(seenOf(asOwner, ids.recorded).codes).toEqual(['ENGINE_UNREADABLE']);
    expect(await there()).toEqual(before);
    expect(server.calls?.refused.length).toBe(asked);
    for (const secret of server.secrets) expect(JSON.stringify(asOwner)).not.toContain(secret);
  });

  test('and is not told by what rules the place deletes, which is no failure', async () => {
    for (const { store } of server.readers) expect(await openBackupStore(store).readDeletionRules()).toBeUndefined();
  });

  test('whom the place does not let read is told where, and what to allow', async () => {
    const refused = await look(file, server.stranger);

    const { stdout } = refused[`verify prod ${ids.broken} --deep`] ?? {};
    const { code, codes, reasons } = seenOf(refused, ids.recorded);
    expect(stdout).toMatch(server.refusal);
    expect(code).toBe(9);
    expect(codes).toContain('STORE_UNREADABLE');
    expect(reasons.find((reason) => reason.code === 'STORE_UNREADABLE')?.says).toMatch(server.refusal);
    for (const secret of server.secrets) expect(JSON.stringify(refused)).not.toContain(secret);
  });

  test('a catalogue needs no right to overwrite or delete: what is there stays, and is told to exist', async () => {
    const store = openStore(server.keeper);

    expect(await store.create('prod/writable-2026-11-21', Buffer.from('first'))).toBe('created');
    expect(await store.create('prod/writable-2026-11-21', Buffer.from('second'))).toBe('exists');

    expect(Buffer.from((await store.read('prod/writable-2026-11-21')) ?? []).toString()).toBe('first');
    store.close();
  });
});

/** Root without what lets it pass by permissions: an owner whose files are not writable cannot write to them. */
const setpriv = findProgram('setpriv');
const isRoot = process.getuid?.() === 0;
const withoutPrivilege = isRoot ? [setpriv ?? '', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];
const run = promisify(execFile);

describe.skipIf(
  skipUnless(!isRoot || setpriv !== undefined, 'root needs setpriv to run as somebody who may not write'),
)('a folder', () => {
  const places = { backups: join(folder, 'backups'), records: join(folder, 'records') };
  const file = join(folder, 'folders.json');
  /** Each is a process of its own. */
  const commands = ['list prod --output json', ...[ids.recorded, ids.broken].map(verifyDeep)];
  const env = { ...process.env, NODE_NO_WARNINGS: '1', CAMUNDA_BACKUP_CLUSTER_FILE: file };

  beforeAll(async () => {
    for (const path of Object.values(places)) mkdirSync(path);
    const options = (basePath: string) => ({ type: 'filesystem', basePath }) as const;
    await storeSets(options(places.backups), options(places.records));
    await writeClusterFile(file, {
      backupStore: options(places.backups),
      catalogue: options(places.records),
    });
  });
  afterAll(() => {
    chmodSync(places.backups, 0o700);
    change(0o700);
  });

  const all = (): readonly string[] =>
    Object.values(places).flatMap((path) => [
      path,
      ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)),
    ]);
  const found = () =>
    all().map((path) => {
      const { size, mtimeNs, ctimeNs, mode } = lstatSync(path, { bigint: true });
      return { path, size, mtimeNs, ctimeNs, mode };
    });
  const change = (mode: number): void => all().forEach((path) => chmodSync(path, mode));

  async function asSomebody(...command: readonly string[]): Promise<CliRun> {
    const [program = '', ...args] = [...withoutPrivilege, process.execPath, ...command];
    return run(program, args, { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: CliRun) => ({ code, stdout, stderr }),
    );
  }
  const lookAt = async (...lines: readonly string[]): Promise<Look> => {
    const runs: Record<string, CliRun> = {};
    for (const line of lines) runs[line] = steady(await asSomebody(cliModule(), ...line.split(' ')));
    return runs;
  };

  test('that is not writable is seen as one that is, and stays as it is', async () => {
    const writable = found();
    const asOwner = await lookAt(...commands);
    expect(found()).toEqual(writable);
    change(0o500);
    const before = found();
    const manifest = join(places.backups, 'manifests', '1', `${ids.recorded}`, '0', 'manifest.json');

    for (const [call, path] of [
      ['writeFileSync', join(places.backups, 'new')],
      ['appendFileSync', manifest],
      ['unlinkSync', manifest],
    ]) {
      const { stderr } = await asSomebody('-e', `fs.${call}(${JSON.stringify(path)}, '')`);
      expect(stderr).toContain('EACCES');
    }
    expect(await lookAt(...commands)).toEqual(asOwner);

    expectToBeSeen(asOwner, [ids.recorded]);
    expect(found()).toEqual(before);
  });

  test('that is not readable is told, with what to allow', async () => {
    change(0o700);
    chmodSync(places.backups, 0o000);

    const { code, reasons } = seenOf(await lookAt(verifyDeep(ids.recorded)), ids.recorded);
    expect(code).toBe(9);
    expect(reasons.find((reason) => reason.code === 'STORE_UNREADABLE')?.says).toContain(
      `answered EACCES: list ${places.backups}/manifests/ (needs the permissions r and x on the folder for the user of this process)`,
    );
  });
});
