import type { FolderPlan } from '../support/replay.ts';
import { camunda86 } from './camunda-8.6.ts';

/** Every folder of recordings has its plan here. */
export const plans: readonly FolderPlan[] = [camunda86];
