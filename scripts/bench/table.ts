import { spread } from './measurement.ts';
import type { Run } from './runs.ts';
import type { Scenario } from './scenarios.ts';

const head = ['Durations, order', 'Procedure', 'Total', '/ bound', 'Pause', '/ bound', 'Requests', 'Events'];

/** One row for each scenario and procedure, medians over the repetitions; Markdown, so that it can be kept as it is. */
export function table(scenarios: readonly Scenario[], runs: readonly Run[]): string {
  const rows = scenarios.flatMap((scenario) => [
    [scenario.title, 'lower bound', seconds(scenario.bounds.totalMs), '', seconds(scenario.bounds.pauseMs), '', '', ''],
    ...(['camunda-backup', 'documented'] as const).map((procedure) => {
      const same = runs.filter((run) => run.scenario === scenario.name && run.procedure === procedure);
      const events = same.flatMap((run) => (run.events === undefined ? [] : [run.events]));
      return [
        scenario.title,
        procedure,
        seconds(spread(same.map(({ totalMs }) => totalMs)).median),
        ratio(same.map(({ totalRatio }) => totalRatio)),
        seconds(spread(same.map(({ pauseMs }) => pauseMs)).median),
        ratio(same.map(({ pauseRatio }) => pauseRatio)),
        String(spread(same.map(({ requests }) => requests)).median),
        events.length === 0 ? '' : String(spread(events).median),
      ];
    }),
  ]);
  return markdown(head, rows);
}

/** Where the requests of our runs went. */
export function requestTable(scenarios: readonly Scenario[], runs: readonly Run[]): string {
  const ours = runs.filter(({ procedure }) => procedure === 'camunda-backup');
  const components = [...new Set(ours.flatMap((run) => Object.keys(run.requestsByComponent)))].toSorted();
  const rows = scenarios.map(({ name, title }) => {
    const same = ours.filter(({ scenario }) => scenario === name);
    const medianOf = (component: string): string =>
      String(spread(same.map(({ requestsByComponent }) => requestsByComponent[component] ?? 0)).median);
    return [title, ...components.map(medianOf)];
  });
  return markdown(['Requests of camunda-backup', ...components], rows);
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export function ratio(values: readonly number[]): string {
  const { median, min, max } = spread(values);
  const around = values.length === 1 ? '' : ` (${min.toFixed(3)} to ${max.toFixed(3)})`;
  return `${median.toFixed(3)}${around}`;
}

export function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
