/** How a backup of the demo went, as it was seen from outside. */
export interface BackupShown {
  /** `COMPLETED`, or the type of the failure. */
  readonly state: string;
  readonly attempts: number;
  /** Calls that took a Zeebe backup. */
  readonly zeebeTakes: number;
  /** As the brokers told it after the end: "broker 0 partition 1 EXPORTING". */
  readonly phasesAfter: readonly string[];
  readonly judged: Judged;
}

/** The judge's verdict, where there is a set to judge. */
export type Judged = 'consistent' | 'not consistent' | 'no set';

/** Readings of the brokers, in the same words. */
export interface KillShown {
  readonly phasesAtKill: readonly string[];
  readonly phasesWithoutWorker: readonly string[];
}

export interface Shown {
  readonly replicas: number;
  readonly plain: BackupShown;
  /** `kill` is undefined when there was no pause to kill the worker in. */
  readonly killed: BackupShown & { readonly kill: KillShown | undefined };
  /** Somebody resumed exporting between its record snapshot and its Zeebe backup. */
  readonly lifted: BackupShown;
}

export interface Truth {
  readonly what: string;
  readonly holds: boolean;
  /** What was seen. */
  readonly seen: string;
}

/** Everything that the demo claims, and whether it was so. */
export function truths({ replicas, plain, killed, lifted }: Shown): readonly Truth[] {
  const { kill } = killed;
  return [
    endedAs('COMPLETED', plain, 'The first backup is COMPLETED'),
    exporting(plain, replicas, 'after the first backup'),
    judged('consistent', plain, 'The judge restores the first set and finds it consistent'),

    inPhase('SOFT_PAUSED', kill?.phasesAtKill, replicas, 'The worker was killed while all of exporting was paused'),
    inPhase('SOFT_PAUSED', kill?.phasesWithoutWorker, replicas, 'Without a worker exporting stayed paused'),
    endedAs('COMPLETED', killed, 'The backup whose worker was killed is COMPLETED by another worker'),
    {
      what: 'It took one Zeebe backup in one attempt',
      holds: killed.zeebeTakes === 1 && killed.attempts === 1,
      seen: `${killed.zeebeTakes} taken, ${killed.attempts} attempts`,
    },
    exporting(killed, replicas, 'after it'),
    judged('consistent', killed, 'The judge finds this set consistent too'),

    endedAs('BackupInconsistent', lifted, 'The backup whose pause somebody lifted is refused as BackupInconsistent'),
    exporting(lifted, replicas, 'after it'),
    judged('not consistent', lifted, 'The judge agrees: that set is not consistent'),
  ];
}

/** 0 only if everything holds. */
export const exitCodeOf = (shown: readonly Truth[]): 0 | 1 => (shown.every(({ holds }) => holds) ? 0 : 1);

const endedAs = (state: string, backup: BackupShown, what: string): Truth => ({
  what,
  holds: backup.state === state,
  seen: backup.state,
});

const exporting = ({ phasesAfter }: BackupShown, replicas: number, when: string): Truth =>
  inPhase('EXPORTING', phasesAfter, replicas, `All ${replicas} replicas are read as EXPORTING ${when}`);

function inPhase(phase: string, phases: readonly string[] | undefined, replicas: number, what: string): Truth {
  const seen = phases ?? [];
  const others = seen.filter((each) => !each.endsWith(` ${phase}`));
  const missing = seen.length === replicas ? '' : `${seen.length} of ${replicas} replicas read`;
  return {
    what,
    holds: others.length === 0 && missing === '',
    seen: [missing, ...others].filter((each) => each !== '').join('; ') || `${phase} on all ${replicas}`,
  };
}

const judged = (verdict: Judged, backup: BackupShown, what: string): Truth => ({
  what,
  holds: backup.judged === verdict,
  seen: backup.judged,
});
