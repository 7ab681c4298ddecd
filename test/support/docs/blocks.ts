import { anchorOf, type Page } from '../../unit/docs/markdown.ts';

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Of the section that it stands in: `docs/runbook.md#what-was-left-behind`. */
  readonly section: string;
  readonly language: string;
  /** What follows the language in the info string: what a block needs that no test has. */
  readonly needs: string | undefined;
  readonly text: string;
  /** Counted from 1, of the fence. */
  readonly line: number;
}

/** All fenced blocks of a page, those inside of lists without their indentation. */
export function blocksOf({ path, text }: Page): readonly Block[] {
  const blocks: Block[] = [];
  let anchor = '';
  let open: { readonly indent: string; readonly info: string; readonly line: number; readonly lines: string[] } | null =
    null;
  for (const [at, line] of text.split('\n').entries()) {
    const [, indent = '', info = ''] = /^( *)```(.*)$/.exec(line) ?? [];
    if (open === null) {
      if (/^#{1,6} /.test(line)) anchor = anchorOf(line.replace(/^#+ /, ''));
      if (/^ *```/.test(line)) open = { indent, info: info.trim(), line: at + 1, lines: [] };
    } else if (line === `${open.indent}\`\`\``) {
      const [language = '', needs] = open.info.split(' needs=');
      const section = `${path}#${anchor}`;
      blocks.push({ page: path, section, language, needs, text: open.lines.join('\n'), line: open.line });
      open = null;
    } else open.lines.push(line.slice(open.indent.length));
  }
  if (open !== null) throw new Error(`${path}:${open.line} opens a block that is not closed`);
  return blocks;
}

export interface InlineCommand {
  readonly page: string;
  readonly text: string;
}

const programs = /^(temporal|curl|npx|npm run|camunda-backup|schedule|node|docker|kubectl) /;

/** The commands that stand in sentences and tables, each once; a name without an argument of its own is none. */
export function inlineCommandsOf({ path, text }: Page): readonly InlineCommand[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/^#.*$/gm, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '));
  const commands = spans.filter((span) => programs.test(span) && /["'$/]| prod\b| --[a-z-]+ [^.]| -- -/.test(span));
  return [...new Set(commands)].map((command) => ({ page: path, text: command }));
}
