import { faultNames, faultOf } from '../faults/index.ts';
import { stepsFor } from '../plan/cases.ts';
import { chaosSteps } from '../plan/steps.ts';
import { boundMs, chaosSettings } from '../world/settings.ts';
import type { CaseResult } from './case-result.ts';
import { createCoverage } from './coverage.ts';

const steps: readonly string[] = chaosSteps.map(({ name }) => name);

/** Hits per fault and step, and how many of all fell while exporting was paused. A dash: the fault makes no sense there. */
export function coverageTable(results: readonly CaseResult[]): readonly string[] {
  const hits = results.flatMap(({ blows }) => blows.filter(({ dealt, step }) => dealt && step !== 'IDLE'));
  const coverage = createCoverage(results);
  const cells = coverage.all();
  const rows = faultNames.map((fault) => {
    const possible: readonly string[] = stepsFor(fault);
    return `| ${fault} | ${steps.map((step) => (possible.includes(step) ? coverage.hits(fault, step) : '-')).join(' | ')} |`;
  });
  const inPause = hits.filter((hit) => hit.inPause).length;
  return [
    `| Fault | ${steps.join(' | ')} |`,
    `| --- |${steps.map(() => ' --: |').join('')}`,
    ...rows,
    '',
    `${hits.length} hits, ${inPause} of them while exporting was paused (${percent(inPause, hits.length)}).`,
    `${cells.length} cells; the fewest hits in one: ${Math.min(...cells)}; cells with fewer than 5: ${cells.filter((hit) => hit < 5).length}.`,
  ];
}

/** How backups ended that met one fault alone. */
export function survivalTable(results: readonly CaseResult[]): readonly string[] {
  const rows = faultNames.flatMap((fault) => {
    const alone = results.filter(
      ({ blows: [first, ...more] }) => more.length === 0 && first?.fault === fault && first.dealt,
    );
    if (alone.length === 0) return [];
    const completed = alone.filter(({ ends }) => ends[0] === 'COMPLETED').length;
    const promised = faultOf(fault).survived === true ? ' (promised: 100 %)' : '';
    return [`| ${fault} | ${alone.length} | ${percent(completed, alone.length)}${promised} | ${endsOf(alone)} |`];
  });
  return ['| Fault, alone | Backups | Completed | Ends |', '| --- | --: | --: | --- |', ...rows];
}

/** What strangers' pauses on idle clusters came to. */
export function idleLines(results: readonly CaseResult[]): readonly string[] {
  const idle = results.filter(({ blows: [first] }) => first?.step === 'IDLE');
  const good = idle.filter(({ violations }) => violations.length === 0).length;
  return [`Strangers' pauses on idle clusters: ${idle.length}, left alone and reported: ${good}`];
}

export function pauseLines(results: readonly CaseResult[]): readonly string[] {
  const line = (what: string, chosen: readonly CaseResult[], bound: string): string => {
    const times = chosen.flatMap((result) => result.pausedAfterMs ?? []).sort((one, other) => one - other);
    const at = (share: number): string =>
      seconds(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    return `| ${what} | ${times.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${bound} |`;
  };
  const hit = results.filter(({ blows }) => blows.some(({ dealt, step }) => dealt && step !== 'IDLE'));
  return [
    '| Paused after the last fault was over | Backups | Median | 99th percentile | Maximum | Promised |',
    '| --- | --: | --: | --: | --: | --: |',
    line(
      'The backup had ended',
      hit.filter(({ wentOn }) => !wentOn),
      seconds(boundMs),
    ),
    line(
      'The backup went on',
      hit.filter(({ wentOn }) => wentOn),
      `${chaosSettings['CAMUNDA_BACKUP_MAX_PAUSE'] ?? ''} (maxPause)`,
    ),
  ];
}

export function violationLines(results: readonly CaseResult[]): readonly string[] {
  const kinds = new Map<string, number>();
  for (const { violations } of results) for (const { kind } of violations) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const backups = results.reduce((sum, result) => sum + result.backups, 0);
  return [
    `${results.length} cases, ${backups} backups. Violations: ${kinds.size === 0 ? 'none' : ''}`,
    ...[...kinds].map(([kind, count]) => `  ${kind}: ${count}`),
  ];
}

function endsOf(results: readonly CaseResult[]): string {
  const counts = new Map<string, number>();
  for (const { ends } of results) counts.set(ends[0] ?? '', (counts.get(ends[0] ?? '') ?? 0) + 1);
  return [...counts].map(([end, count]) => `${count} ${end}`).join(', ');
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);
