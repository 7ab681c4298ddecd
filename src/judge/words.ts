import type { Finding, ShownInstances, Verdict } from './verdict.ts';

/** How many findings are said in full; the others are counted. */
const saidInFull = 3;

/** The verdict for a terminal: a line or two when all is well, else the first findings and what people would see. */
export function words(verdict: Verdict): string {
  if (verdict.consistent) {
    const { partitions, records, recordIndices, applicationIndices, activeInstances } = verdict.checked;
    const held =
      recordIndices === 0 ? '' : `, each exactly once in ${several(recordIndices, 'record index', 'record indices')}`;
    const shown = `${several(applicationIndices, 'index', 'indices')} of the applications in step`;
    return `consistent: ${several(records, 'record')} of ${several(partitions, 'partition')} up to the checkpoint${held}; ${shown}; ${several(activeInstances, 'instance')} active`;
  }
  const { findings, shown } = verdict;
  const rest = findings.slice(saidInFull);
  return [
    `NOT CONSISTENT: ${several(findings.length, 'finding')}`,
    ...findings.slice(0, saidInFull).map((finding) => `  - ${sentence(finding)}`),
    ...(rest.length > 0 ? [`  - and ${rest.length} more in ${places(rest)}`] : []),
    ...shown.flatMap(consequences).slice(0, 1),
  ].join('\n');
}

function sentence({ sentence: said, record, more, last }: Finding): string {
  if (!record || more === 0) return said;
  return `${said}; with it ${several(more, 'more', 'more')} up to ${last ?? record.position}`;
}

function places(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(({ where }) => where))];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function consequences(shown: ShownInstances): readonly string[] {
  const { where, activeInZeebe, shownActive } = shown;
  const said = [
    shown.ghosts > 0 ? `${shown.ghosts} of ${shownActive} instances shown as active are not active in Zeebe` : '',
    shown.unknown > 0 ? `${shown.unknown} of ${activeInZeebe} active in Zeebe are not shown` : '',
    shown.shownCompleted > 0
      ? `${shown.shownCompleted} of ${activeInZeebe} active in Zeebe are shown as completed`
      : '',
    shown.endedUnknown > 0 ? `${shown.endedUnknown} that have ended are not shown` : '',
    shown.fromTheFuture > 0 ? `${shown.fromTheFuture} shown were started only after the checkpoint` : '',
  ].filter((each) => each !== '');
  return said.length === 0 ? [] : [`  After a restore, in ${where}: ${said.join('; ')}.`];
}

const several = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
