import type { TemporalSettings } from './connection-settings.ts';

/** `why` is what was found at the address, with what to do; `reason` what gRPC says, for where that tells nothing. */
export function unreachableSentence({ address }: TemporalSettings, why: string | undefined, reason: string): string {
  return `Temporal at ${address} cannot be reached: ${why ?? `${reason}. ${cure}`}.`;
}

const cure = 'Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_*';

export const namespaceSentence = ({ namespace, address }: TemporalSettings, reason: string): string =>
  `Namespace ${namespace} of Temporal at ${address} cannot be used: ${reason}. Create it ` +
  `(temporal operator namespace create --namespace ${namespace}), or correct TEMPORAL_NAMESPACE.`;
