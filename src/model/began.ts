import type { WebApp } from './web-apps.ts';

/** How far a run got with taking parts itself; only what it took may be deleted. */
export interface Began {
  /** The web applications whose take was answered; absent from runs of earlier releases. */
  readonly webApps?: readonly WebApp[];
  readonly records: boolean;
  /** The take was answered, so what Zeebe has under the ID is ours. */
  readonly zeebe: boolean;
  /** A take may have been sent whose answer is not known. */
  readonly zeebeSent?: boolean;
  /** Other parts whose take was sent, or about to be, and not answered; absent from runs of earlier releases. */
  readonly unanswered?: readonly (WebApp | 'records')[];
}
