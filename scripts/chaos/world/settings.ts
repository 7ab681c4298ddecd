/** Everything short, so that a backup takes seconds and every bound is over soon; the relations are those of the defaults. */
export const chaosSettings: Readonly<Record<string, string>> = {
  CAMUNDA_BACKUP_MAX_PAUSE: '40s',
  CAMUNDA_BACKUP_AWAIT_IN_STEP: '3s',
  CAMUNDA_BACKUP_DISK_INTERVAL: '300ms',
  CAMUNDA_BACKUP_OUTER_MARGIN: '2s',
  CAMUNDA_BACKUP_CLOSE_GRACE: '2s',
  CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '1s',
  CAMUNDA_BACKUP_PAUSE_DEADLINE: '12s',
  CAMUNDA_BACKUP_GATEWAY_TIMEOUT: '1s',
  CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: '3s',
  CAMUNDA_BACKUP_POLL_MIN: '50ms',
  CAMUNDA_BACKUP_POLL_MAX: '300ms',
  CAMUNDA_BACKUP_APPEAR_GRACE: '2s',
  CAMUNDA_BACKUP_STALL_TIMEOUT: '8s',
  CAMUNDA_BACKUP_COMPONENT_DEADLINE: '30s',
  CAMUNDA_BACKUP_WATCH_INTERVAL: '3s',
  CAMUNDA_BACKUP_UNKNOWN_PAUSE_GRACE: '4s',
  CAMUNDA_BACKUP_STICKY_QUEUE_TIMEOUT: '1s',
  CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: '300ms',
  CAMUNDA_BACKUP_SHUTDOWN_GRACE: '1s',
  CAMUNDA_BACKUP_SHUTDOWN_FORCE: '3s',
};

/** What the settings above promise for a backup that was ended, from the end of the last fault on, one after the other. */
const promises = {
  aDeadWorkerIsNoticed: 3_000 + 1_000,
  aLostPauseCallMayLand: 1_000 + 1_000,
  theWatchComes: 3_000 + 6_000,
  anUnexplainedPauseIsLifted: 4_000,
  theRecoveryItself: 5_000,
};

export const boundMs = Object.values(promises).reduce((sum, each) => sum + each, 0);
