import { guarantee } from './catalog/guarantee.ts';
import type { Outcome } from './judge-mutants.ts';
import type { Guard, Mutant } from './mutant.ts';

/** One line while it runs. */
export const summary = ({ mutant, noticed, by, seconds }: Outcome): string =>
  `${mutant.id} ${noticed ? 'noticed by' : 'SURVIVES:'} ${by} (${seconds.toFixed(1)} s)`;

/** Markdown, survivors first. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes
    .toSorted((a, b) => Number(a.noticed) - Number(b.noticed) || (a.mutant.id < b.mutant.id ? -1 : 1))
    .map(({ mutant, by, noticed, seconds }) =>
      row([mutant.covers.join(', '), mutant.id, noticed ? by : `**${by}**`, seconds.toFixed(1)]),
    );
  const survivors = outcomes.filter(({ noticed }) => !noticed).length;
  return [
    row(['Guard', 'Switched off', 'Noticed by', 'Seconds']),
    row(['---', '---', '---', '---']),
    ...rows,
    '',
    `${outcomes.length} mutants of ${guardsOf(outcomes.map(({ mutant }) => mutant)).size} guards: ${survivors === 0 ? 'each was noticed' : `${survivors} SURVIVED`}.`,
    '',
  ].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export const guardsOf = (mutants: readonly Mutant[]): ReadonlySet<Guard> =>
  new Set(mutants.flatMap(({ covers }) => covers));

/** What each stands for, without trying it. */
export function listed(mutants: readonly Mutant[]): string {
  const meanings: Readonly<Record<string, string>> = guarantee;
  return mutants
    .map(({ id, covers, file, witness }) =>
      [
        `${id}  (${file}, ${witness.file}${witness.title === undefined ? '' : `: ${witness.title}`})`,
        ...covers.map((guard) => `    ${guard}${guard in meanings ? `: ${meanings[guard]}` : ''}`),
        '',
      ].join('\n'),
    )
    .join('');
}
