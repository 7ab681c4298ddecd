import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, inlineCommandsOf, type Block } from '../../support/docs/blocks.ts';
import { findProgram } from '../../support/find-program.ts';
import { missingLines } from '../../support/docs/shape.ts';
import { skipUnless } from '../../support/skip-unless.ts';
import { pages } from '../../unit/docs/markdown.ts';
import { calm } from './given.ts';
import { copySources, install, type Installed } from './installed.ts';
import { inlinePlans, plans, isPrelude, served, siteNames, type Plan } from './plans.ts';
import { openSite, type Site } from './site.ts';

interface Command {
  readonly title: string;
  readonly script: string;
  readonly plan: Plan;
  /** What the page shows as its output. */
  readonly output: string | undefined;
}

const outputs = pages.flatMap(blocksOf).filter(({ language }) => language === 'text');

const commands = pages.flatMap((page) => {
  const blocks = blocksOf(page);
  const [head = ''] = blocks.filter(isPrelude).map(({ text }) => `${text}\n`);
  const places = new Map<string, number>();
  const ofBlocks = blocks.flatMap((block, at): readonly Command[] => {
    if (block.language !== 'sh' || block.needs !== undefined || isPrelude(block)) return [];
    const place = places.get(block.section) ?? 0;
    places.set(block.section, place + 1);
    const plan = plans[block.section]?.[place];
    if (plan === undefined) return [];
    const script = `${head}${block.text}\n${plan.andThen ?? ''}`;
    return [{ title: `${block.page}:${block.line}`, script, plan, output: outputOf(plan, block, blocks[at + 1]) }];
  });
  const inline = inlineCommandsOf(page).flatMap(({ text }): readonly Command[] => {
    const plan = inlinePlans[text];
    return plan === undefined
      ? []
      : [{ title: `${page.path}: ${text}`, script: `${head}${text}`, plan, output: undefined }];
  });
  return [...ofBlocks, ...inline];
});

/** What a page uses and a machine may lack. */
const absent = ['bash', 'curl', 'jq', 'npm'].filter((tool) =>
  skipUnless(findProgram(tool) !== undefined, `There is no ${tool}: the commands of the docs that use it are not run.`),
);

let installed: Installed;
const sites = new Map<string, Site>();

beforeAll(async () => {
  installed = await install(siteNames);
  for (const name of siteNames) sites.set(name, await openSite(installed, name));
}, 120_000);

afterAll(async () => {
  await Promise.all([...sites.values()].map((site) => site[Symbol.asyncDispose]()));
  await installed[Symbol.asyncDispose]();
}, 60_000);

describe.concurrent.each(siteNames)('%s', (name) => {
  beforeAll(async () => {
    if (served.includes(name)) await siteOf(name).run('npx camunda-backup worker').saw('Worker runs');
  }, 60_000);

  test.sequential.for(commands.filter(({ plan }) => plan.on === name))(
    '$title',
    { timeout: 240_000 },
    async ({ script, plan, output }, { skip }) => {
      const lacking = absent.find((tool) => new RegExp(`\\b${tool} `).test(script));
      skip(lacking !== undefined, `no ${lacking} on the PATH`);
      const site = siteOf(name);
      if (plan.given === undefined) calm(site);
      else await plan.given(site);
      const running = site.run(script, await folderOf(plan));
      if (plan.when !== undefined) {
        await running.saw(plan.when.saw);
        await plan.when.act(site);
      }
      if (plan.until !== undefined) {
        await running.saw(plan.until);
        running.interrupt();
      }
      const ran = await running.ended;
      const printed = site.documented(ran.output);

      const untrue = [
        ...(plan.until === undefined && ran.code !== (plan.code ?? 0) ? [`exit code ${ran.code}`] : []),
        ...(plan.shows ?? []).filter((shown) => printed.search(shown) === -1).map((shown) => `not printed: ${shown}`),
        ...missingLines(output ?? '', printed).map((line) => `shown on the page and not printed: ${line}`),
        ...((await plan.truth?.(site, installed)) ?? []),
      ];

      expect(untrue.length === 0 ? '' : [...untrue, 'It printed:', printed].join('\n')).toBe('');
    },
  );
});

function siteOf(name: string): Site {
  const site = sites.get(name);
  if (site === undefined) throw new Error(`no site ${name}`);
  return site;
}

async function folderOf(plan: Plan): Promise<string> {
  if (plan.in === 'copy') return copySources(installed.folder);
  return plan.in === 'checkout' ? installed.checkout : installed.installation;
}

function outputOf({ output }: Plan, block: Block, next: Block | undefined): string | undefined {
  if (output !== undefined) return outputs.filter(({ section }) => section === output.section)[output.at]?.text;
  return next?.language === 'text' && next.section === block.section ? next.text : undefined;
}
