import { groups, type Outcome } from './replay.ts';

export interface FolderOutcomes {
  readonly folder: string;
  readonly outcomes: readonly Outcome[];
}

/** One line per folder, one per group of what is not comparable, and the sums. */
export function report(folders: readonly FolderOutcomes[]): string {
  const rows = folders.map(({ folder, outcomes }) => [folder, ...numbersOf(outcomes).map(String)]);
  const sum = numbersOf(folders.flatMap(({ outcomes }) => outcomes)).map(String);
  const table = [
    ['recording', 'exchanges', 'replayed', 'passed', 'sent only', 'not comparable'],
    ...rows,
    ['all', ...sum],
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return [
    '',
    ...lines,
    '',
    'not comparable:',
    ...groupLines(folders),
    'sent only:',
    ...sentOnlyLines(folders),
    '',
  ].join('\n');
}

function numbersOf(outcomes: readonly Outcome[]): readonly number[] {
  const compared = outcomes.filter((outcome) => outcome.kind === 'compared');
  return [
    outcomes.length,
    compared.length,
    compared.filter(({ differences }) => differences.length === 0).length,
    outcomes.filter(({ kind }) => kind === 'sent only').length,
    outcomes.filter(({ kind }) => kind === 'not comparable').length,
  ];
}

function groupLines(folders: readonly FolderOutcomes[]): readonly string[] {
  return Object.entries(groups).flatMap(([group, reason]) => {
    const found = folders.flatMap(({ folder, outcomes }) => {
      const times = outcomes.filter((outcome) => outcome.kind === 'not comparable' && outcome.group === group).length;
      return times === 0 ? [] : [{ folder, times }];
    });
    if (found.length === 0) return [];
    const all = found.reduce((sum, { times }) => sum + times, 0);
    return [`  ${all} ${group}: ${reason} (${found.map(({ folder, times }) => `${folder} ${times}`).join(', ')})`];
  });
}

function sentOnlyLines(folders: readonly FolderOutcomes[]): readonly string[] {
  const lines = folders.flatMap(({ folder, outcomes }) =>
    outcomes.flatMap((outcome) =>
      outcome.kind === 'sent only' ? [`  ${folder}/${outcome.exchange.name}: ${outcome.why}`] : [],
    ),
  );
  return lines.length === 0 ? ['  none'] : lines;
}
