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

export const stopBroker =
  (nodeId: number): SetUp =>
  async ({ cluster }) =>
    cluster.brokers[nodeId]?.stop();

export const restartBroker =
  (nodeId: number): SetUp =>
  async (simulator) => {
    await stopBroker(nodeId)(simulator);
    await simulator.cluster.brokers[nodeId]?.start();
  };

type App = 'operate' | 'tasklist';

/** Somebody else takes a backup through the application. */
export const appTakes =
  (app: App, backupId: number): SetUp =>
  async ({ urls }) => {
    const answer = await fetch(`${urls[app] ?? ''}/actuator/backups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ backupId }),
    });
    if (!answer.ok) throw new Error(`${app} refused backup ${backupId}: ${await answer.text()}`);
  };

export const appBackup =
  (app: App, backupId: number, state: string): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(() =>
      cluster[app].backups.some((backup) => backup.backupId === backupId && backup.state === state),
    );

/** Waits until that part of the backup is being written. */
export const partRunning =
  (app: App, backupId: number, partNo: number): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(() =>
      cluster[app].backups.some(
        (backup) =>
          backup.backupId === backupId &&
          backup.parts.some(({ name, state }) => state === 'IN_PROGRESS' && name.includes(`_part_${partNo}_of_`)),
      ),
    );

export const appDeleted =
  (app: App, backupId: number): SetUp =>
  ({ cluster }) =>
    cluster.awaitState(() => cluster[app].backups.every((backup) => backup.backupId !== backupId));
