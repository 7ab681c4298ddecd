import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { downloadTemporalCli } from '../../../src/setup/temporal.mjs';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** What the makers pack: the program and its licence. */
function archive(program: string): Buffer {
  const folder = newFolder();
  writeFileSync(join(folder, 'temporal'), program);
  chmodSync(join(folder, 'temporal'), 0o755);
  writeFileSync(join(folder, 'LICENSE'), 'MIT');
  execFileSync('tar', ['-czf', 'cli.tar.gz', 'LICENSE', 'temporal'], { cwd: folder });
  return readFileSync(join(folder, 'cli.tar.gz'));
}

/** Answers as temporal.download does: first where the archive is and what to take from it, then the archive. */
async function serveCli(packed: Buffer, asked: string[] = []): Promise<string> {
  const host: string = await serve((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/archive.tar.gz') return response.end(packed);
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ archiveUrl: `${host}/archive.tar.gz`, fileToExtract: 'temporal' }));
  });
  return host;
}

test('the Temporal CLI is downloaded for this machine, and nothing else is left in the folder', async () => {
  const [folder, asked] = [newFolder(), new Array<string>()];
  const host = await serveCli(archive('#!/bin/sh\necho temporal version 1.5.1\n'), asked);

  expect(await downloadTemporalCli(folder, host)).toBe(true);

  const [first = '', ...others] = asked;
  const { pathname, searchParams } = new URL(first, host);
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  expect(pathname).toBe('/cli/v1.5.1');
  expect(Object.fromEntries(searchParams)).toEqual({ arch, platform: process.platform, format: 'tar.gz' });
  expect(others).toEqual(['/archive.tar.gz']);
  expect(readdirSync(folder)).toEqual(['temporal']);
  expect(execFileSync(join(folder, 'temporal'), { encoding: 'utf8' })).toContain('1.5.1');
});

test.each<[string, () => Promise<string>]>([
  ['a host that nobody serves', () => Promise.resolve('http://127.0.0.1:1')],
  ['a refusal', () => serve((_, response) => void response.writeHead(404).end('not found'))],
  ['the page of a proxy', () => serve((_, response) => void response.end('<html>log in</html>'))],
  ['an answer that names no archive', () => serve((_, response) => void response.end('null'))],
  ['an archive that is none', () => serveCli(Buffer.from('no archive'))],
  ['a program that does not run', () => serveCli(archive('#!/bin/sh\nexit 1\n'))],
])('%s is no download and no failure: the CLI may be built instead', async (_, start) => {
  const folder = join(newFolder(), 'folder');
  mkdirSync(folder);

  expect(await downloadTemporalCli(folder, await start())).toBe(false);
  expect(existsSync(join(folder, 'temporal.tar.gz'))).toBe(false);
});
