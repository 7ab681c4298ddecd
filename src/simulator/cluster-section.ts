import type { Simulator } from './simulator.ts';

/** What a cluster file says about a simulated cluster. */
export function clusterSection({ urls, repository }: Simulator) {
  return {
    zeebe: { gateway: { url: urls.gateway }, brokers: urls.brokers.map((url, nodeId) => ({ nodeId, url })) },
    ...(urls.operate === undefined ? {} : { operate: { url: urls.operate } }),
    ...(urls.tasklist === undefined ? {} : { tasklist: { url: urls.tasklist } }),
    ...(urls.optimize === undefined ? {} : { optimize: { url: urls.optimize } }),
    searchEngine: { url: urls.searchEngine, repository },
  };
}
