import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFolderStore } from '../../../src/stores/folder.ts';
import { behavesAsAnObjectStore, toArray } from '../../support/object-store-contract.ts';

async function setup(objects: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'folder-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [key, content] of Object.entries(objects)) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
  }
  return { folder, store: createFolderStore({ type: 'filesystem', basePath: folder }) };
}

behavesAsAnObjectStore(async (objects) => (await setup(objects)).store);

test('a folder that is missing is no empty store', async () => {
  const { folder, store } = await setup();
  await rm(folder, { recursive: true });

  const rejected = { name: 'BackupStoreError', kind: 'rejected', message: expect.stringContaining('answered ENOENT') };
  await expect(store.folders('')).rejects.toMatchObject(rejected);
  await expect(store.read('a')).rejects.toMatchObject(rejected);
  await expect(toArray(store.list('1/'))).rejects.toMatchObject(rejected);
  await expect(store.create('a/b', Buffer.from('x'))).rejects.toMatchObject(rejected);
});

test('a file in the making is never seen, and nothing of it stays', async () => {
  const { folder, store } = await setup();

  const writing = store.create('a/b', Buffer.alloc(4_000_000));
  const seen = new Set<number>();
  while ((await toArray(store.list(''))).length === 0) seen.add((await store.read('a/b'))?.length ?? 0);
  await writing;

  expect([...seen].filter((size) => size !== 0 && size !== 4_000_000)).toEqual([]);
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
});

test('what a dying process left behind is no object, and in nobody’s way', async () => {
  const { folder, store } = await setup({ 'a/.camunda-backup-unfinished-1': 'half' });

  expect(await toArray(store.list(''))).toEqual([]);
  expect(await store.create('a/b', Buffer.from('x'))).toBe('created');
  expect(await readdir(join(folder, 'a'))).toContain('b');
});

test.each(['../secret', 'a/../../secret', 'a//b', '/etc/passwd', '', 'a/\0'])(
  'no key leads out of it: %j',
  async (key) => {
    const { store } = await setup({ a: 'x' });

    await expect(store.read(key)).rejects.toMatchObject({ name: 'BackupStoreError', kind: 'unexpected' });
    await expect(store.create(key, Buffer.from('x'))).rejects.toMatchObject({ kind: 'unexpected' });
    await expect(toArray(store.stream(key))).rejects.toMatchObject({ kind: 'unexpected' });
  },
);

test('a file that goes while the folder is listed is left out', async () => {
  const { folder, store } = await setup({ 'a/1': 'x' });
  await symlink(join(folder, 'gone'), join(folder, 'a/2'));

  expect((await toArray(store.list(''))).map(({ key }) => key)).toEqual(['a/1']);
});

test('a file in place of the folder is rejected', async () => {
  const { folder } = await setup({ a: 'x' });
  const store = createFolderStore({ type: 'filesystem', basePath: join(folder, 'a') });

  await expect(toArray(store.list(''))).rejects.toMatchObject({
    kind: 'rejected',
    message: expect.stringContaining('answered ENOTDIR'),
  });
});
