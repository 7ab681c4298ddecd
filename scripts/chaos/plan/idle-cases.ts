/** A stranger pauses a cluster whose last clean reading is known while nothing of ours runs: his pause is to be left alone and reported. */
export interface IdleCase {
  readonly seed: number;
  /** `idle-1`. */
  readonly name: string;
  readonly pause: 'soft' | 'hard';
  readonly meanwhile: Meanwhile;
}

/** What happens while his pause lasts. */
const happenings = ['nothing', 'a backup is started', 'worker: SIGKILL', 'the watch is terminated'] as const;
export type Meanwhile = (typeof happenings)[number];

export const idleCasesOf = (seed: number): readonly IdleCase[] =>
  happenings
    .flatMap((meanwhile) => [
      { pause: 'soft' as const, meanwhile },
      { pause: 'hard' as const, meanwhile },
    ])
    .map((each, at) => ({ seed, name: `idle-${at + 1}`, ...each }));

export const idleFault = ({ pause, meanwhile }: IdleCase): string => `stranger: ${pause} pause, idle; ${meanwhile}`;
