import { besideOursMutants } from './beside-ours.ts';
import { catalogueMutants } from './catalogue.ts';
import { courseMutants } from './course.ts';
import { exportingMutants } from './exporting.ts';
import { fenceAndIdMutants } from './fence-and-ids.ts';
import { findingMutants } from './findings.ts';
import { keepingWatchMutants } from './keeping-watch.ts';
import { lockMutants } from './lock.ts';
import type { Mutant } from '../mutant.ts';
import { proofMutants } from './proof.ts';
import { readinessMutants } from './readiness.ts';
import { setContentMutants } from './set-contents.ts';
import { setPartMutants } from './set-parts.ts';
import { setUnreadMutants } from './set-unread.ts';
import { setMutants } from './sets.ts';
import { takingMutants } from './taking-parts.ts';
import { traceMutants } from './trace.ts';
import { watchMutants } from './watch.ts';
import { whosePauseMutants } from './whose-pause.ts';
import { workMutants } from './work.ts';

/** Every mutant, by theme. */
export const mutants: readonly Mutant[] = [
  ...proofMutants,
  ...findingMutants,
  ...exportingMutants,
  ...whosePauseMutants,
  ...watchMutants,
  ...fenceAndIdMutants,
  ...takingMutants,
  ...readinessMutants,
  ...lockMutants,
  ...workMutants,
  ...courseMutants,
  ...keepingWatchMutants,
  ...besideOursMutants,
  ...traceMutants,
  ...catalogueMutants,
  ...setMutants,
  ...setPartMutants,
  ...setUnreadMutants,
  ...setContentMutants,
];
