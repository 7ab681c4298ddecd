import type { WorkerProcess } from './harness.ts';

/** Settings of a worker that is monitored, at a port that is free. */
export const monitored = {
  CAMUNDA_BACKUP_MONITORING_ADDRESS: '127.0.0.1:0',
  CAMUNDA_BACKUP_LOG_FORMAT: 'json',
  CAMUNDA_BACKUP_WATCH_INTERVAL: '1s',
};

/** The port is free until the worker takes it: its log says which. */
export function monitoringUrl(worker: WorkerProcess): string {
  const url = /"Monitoring is served".*"url":"(http:[^"]+)"/.exec(worker.output())?.[1];
  if (url === undefined) throw new Error(`the worker did not say where it is monitored:\n${worker.output()}`);
  return url;
}
