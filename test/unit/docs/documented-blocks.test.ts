import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../../src/config/load-config.ts';
import { elsewhere, inlinePlans, plans, isPrelude } from '../../integration/docs/plans.ts';
import { blocksOf, inlineCommandsOf, type Block } from '../../support/docs/blocks.ts';
import { missingLines } from '../../support/docs/shape.ts';
import { pages, readPage, root } from './markdown.ts';

const blocks = pages.flatMap(blocksOf);
const commands = pages.filter(({ path }) => path !== 'CHANGELOG.md').flatMap(inlineCommandsOf);
const marked = blocks.filter(({ needs }) => needs !== undefined);
const run = blocks.filter((block) => {
  const { language, needs, section } = block;
  return language === 'sh' && needs === undefined && !isPrelude(block) && elsewhere[`${section} sh`] === undefined;
});

const titled = <T extends Block>(list: readonly T[]): readonly (readonly [string, T])[] =>
  list.map((block) => [`${block.page}:${block.line}`, block]);

test('every script in the docs has a plan by which test/integration/docs runs it, and every plan a script', () => {
  const counts: Record<string, number> = {};
  for (const { section } of run) counts[section] = (counts[section] ?? 0) + 1;

  expect(counts).toEqual(Object.fromEntries(Object.entries(plans).map(([section, list]) => [section, list.length])));
});

test('every command in a sentence or a table of the docs has one too', () => {
  const texts = commands.map(({ text }) => text).filter((text) => elsewhere[text] === undefined);

  expect([...new Set(texts)].sort()).toEqual(Object.keys(inlinePlans).sort());
});

test('every output in the docs follows the command that is run for it', () => {
  const orphans = blocks.filter((block, at) => {
    const before = blocks[at - 1];
    return (
      block.language === 'text' && !(before !== undefined && run.includes(before) && before.section === block.section)
    );
  });

  expect(orphans.map(({ section }) => section).filter((section) => elsewhere[`${section} text`] === undefined)).toEqual(
    [],
  );
});

test('no other language stands in the docs than those that are looked at', () => {
  const drawings = blocks.filter(({ language }) => language === '').map(({ page }) => page);

  expect(drawings).toEqual(['docs/architecture.md']);
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(['', 'json', 'sh', 'text', 'yaml']);
});

test.each(titled(blocks.filter(({ language }) => language === 'json')))('%s is JSON', (_title, { text }) => {
  expect(JSON.parse(text)).toBeTypeOf('object');
});

test.each(titled(blocks.filter(({ language }) => language === 'yaml')))(
  '%s is a cluster file that a worker can use',
  (_title, { text }) => {
    const { clusters } = loadConfig({ CAMUNDA_BACKUP_CLUSTER_FILE: 'cluster.yaml' }, () => text);

    expect(Object.keys(clusters)).toEqual(['prod']);
  },
);

test.each(titled(marked))(
  '%s, which nothing here can run, is marked in words and names only what there is',
  (_title, block) => {
    const { page, section, needs = '', text } = block;
    const [, prose = ''] = readPage(page).text.split(new RegExp(`^#+ ${headingOf(section)}$`, 'm'));
    const syntax = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });

    expect(prose.split('```')[0]).toMatch(
      { docker: /needs? a container engine/, kubectl: /needs? `kubectl`/ }[needs] ?? needs,
    );
    expect(syntax.stderr).toBe('');
    for (const [, profile = ''] of text.matchAll(/--profile (\S+)/g)) expect(profilesOfCompose()).toContain(profile);
    for (const [, service = ''] of text.matchAll(/compose exec (\S+)/g)) expect(servicesOfCompose()).toContain(service);
    for (const [path = ''] of text.matchAll(/examples\/\S+/g))
      expect({ path, exists: existsSync(join(root, path)) }).toEqual({ path, exists: true });
    for (const [, name = ''] of text.matchAll(/deployment\/(\S+)/g)) expect(deployments()).toContain(name);
  },
);

test.each(titled(marked))(
  '%s has only options that its programs know, where they are installed',
  (_title, { text }) => {
    const lines = text.split(/\n| && /).filter((line) => /^(docker|kubectl) /.test(line));
    const refused = lines.flatMap((line) => {
      const [command = ''] = line.split(/ -- | *#/);
      const program = command.startsWith('docker compose')
        ? 'docker compose version'
        : `command -v ${command.split(' ')[0]}`;
      if (shell(program).status !== 0) {
        process.stderr.write(`NOT LOOKED AT, for want of its program: ${command}\n`);
        return [];
      }
      // What follows the service is the command that would be run there, with --help and all.
      const { status, stderr } = shell(`${command.replace(/^(docker compose exec) .*/, '$1')} --help`);
      return status === 0 ? [] : [{ command, stderr }];
    });

    expect(lines).not.toEqual([]);
    expect(refused).toEqual([]);
  },
);

test('a line of an output that is not printed any more is noticed, figures are not, and three dots stand for a rest', () => {
  const printed =
    'Backup 12 of prod: COMPLETED in 12.9 s\n  zeebe    COMPLETED  2 partitions\nExporting was paused for 950 ms';

  expect(missingLines('Backup 7 of prod: COMPLETED in 300 ms\n ...\nExporting was paused ...', printed)).toEqual([]);
  expect(missingLines('Backup 7 of prod: FAILED in 300 ms\n  zeebe  COMPLETED  3 partitions', printed)).toEqual([
    'Backup 7 of prod: FAILED in 300 ms',
  ]);
  expect(missingLines('Exporting was paused', printed)).toHaveLength(1);
});

function shell(command: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { status, stderr };
}

function headingOf(section: string): string {
  const [page = '', anchor = ''] = section.split('#');
  const headings = [...readPage(page).text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.find((heading) => heading.toLowerCase().replaceAll(' ', '-') === anchor) ?? 'no such heading';
}

function servicesOfCompose(): readonly string[] {
  return Object.keys(composition().services);
}

function profilesOfCompose(): readonly string[] {
  return Object.values(composition().services).flatMap(({ profiles }) => profiles);
}

function composition() {
  const service = z.object({ profiles: z.array(z.string()).default([]) });
  return z
    .object({ services: z.record(z.string(), service) })
    .parse(parse(readPage('docker-compose.yml').text, { merge: true }));
}

function deployments(): readonly string[] {
  const named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });
  const objects = parseAllDocuments(readPage('examples/kubernetes/worker.yaml').text).map((each) =>
    named.parse(each.toJS()),
  );
  return objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
}
