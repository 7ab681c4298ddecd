import type { Simulator } from '../../../src/simulator/index.ts';

type SetUp = (simulator: Simulator) => Promise<void>;

/** Waits until Zeebe's backup is in the state. */
export const backupState =
  (backupId: number, state: string): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(({ backups }) =>
      backups.some((backup) => backup.backupId === backupId && backup.state === state),
    );

/** Somebody else takes a Zeebe backup, and it gets into the state. */
export const takenByHand =
  (backupId: number, state: string): SetUp =>
  async (simulator) => {
    simulator.cluster.takeZeebeBackupByHand(backupId);
    await backupState(backupId, state)(simulator);
  };
