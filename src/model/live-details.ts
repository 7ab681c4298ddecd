/** Work that runs under a cluster's lock. A reset gives it another run ID, never another first one. */
export interface WorkRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/**
 * The place on a page where the page of its work is shown as it stands whenever somebody looks. It is the definition of a link, a block of
 * its own of which Markdown shows nothing: where nobody fills it in, nothing is missed.
 */
export const livePlace = ({ workflowId, firstRunId }: WorkRun): string => `${label}<${workflowId}#${firstRunId}>`;

// What people wrote comes to a page with its brackets escaped, so that it cannot imitate this.
const label = '[live-details]: ';
const place = /^\[live-details\]: <(\S+)#([\w-]+)>$/m;

/** Whose page belongs there; undefined where a page has no such place. */
export function workAtLivePlace(page: string): WorkRun | undefined {
  const [, workflowId, firstRunId] = place.exec(page) ?? [];
  return workflowId === undefined || firstRunId === undefined ? undefined : { workflowId, firstRunId };
}

export const fillLivePlace = (page: string, details: string): string => page.replace(place, () => details);
