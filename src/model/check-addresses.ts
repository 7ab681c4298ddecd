import { finding, type Finding, type FindingCode, type Judged } from './check-findings.ts';
import {
  failureOf,
  valueOf,
  type CallFailure,
  type CallFailureKind,
  type CheckReadings,
  type Read,
} from './check-readings.ts';
import { webAppNames } from './web-apps.ts';

const codes: Readonly<Record<CallFailureKind, FindingCode>> = {
  unreachable: 'ADDRESS_UNREACHABLE',
  silent: 'ADDRESS_SILENT',
  tls: 'TLS_FAILED',
  unauthenticated: 'NOT_AUTHENTICATED',
  forbidden: 'NOT_AUTHORIZED',
  path: 'WRONG_PATH',
  failing: 'SERVER_FAILING',
  rejected: 'CALL_REFUSED',
  unexpected: 'UNEXPECTED_ANSWER',
};

/** The calls on which a backup depends, by server. */
const callsOf = (readings: CheckReadings): readonly (readonly [string, readonly Read<unknown>[]])[] => [
  ['gateway', [readings.gateway.version, readings.gateway.topology]],
  ...readings.brokers.map(({ nodeId, version, replicas }) => [`broker ${nodeId}`, [version, replicas]] as const),
  ...readings.webApps.map(({ app, version }) => [webAppNames[app], [version]] as const),
  [
    'search engine',
    [readings.engine.info, readings.engine.health, readings.engine.indices, readings.engine.repository],
  ],
];

/** One finding per server: what failed first is why the rest fails. */
export function judgeAddresses(readings: CheckReadings): Judged {
  const servers = callsOf(readings);
  const failed = servers.flatMap(([who, calls]) => {
    const failure = calls.map(failureOf).find((found) => found !== undefined);
    return failure === undefined ? [] : [{ who, failure }];
  });
  const broken = failed.map(({ who, failure }) => finding(codes[failure.kind], `${who}: ${failure.message}`));
  const extras = extraCalls(readings)
    .filter(({ who }) => !failed.some((server) => server.who === who))
    .map(({ who, failure }): Finding => finding('CHECK_INCOMPLETE', `${who}: ${failure.message}`));
  return { check: 'addresses', findings: [...broken, ...extras], seen: `${servers.length} servers` };
}

/** Those that only this check makes. */
function extraCalls({ brokers, engine }: CheckReadings): readonly { who: string; failure: CallFailure }[] {
  const calls = [
    ...brokers.flatMap(({ nodeId, metrics, configuration }) =>
      [metrics, configuration].map((read) => [`broker ${nodeId}`, read] as const),
    ),
    ['search engine', engine.nodes] as const,
    ['search engine', engine.policies] as const,
  ];
  return calls.flatMap(([who, read]) => {
    const failure = failureOf(read);
    return failure === undefined ? [] : [{ who, failure }];
  });
}

export function judgeAuthentication({ strangers }: CheckReadings): Judged {
  const asked = strangers.filter(({ letIn }) => 'value' in letIn);
  const open = asked.filter(({ letIn }) => valueOf(letIn) === true).map(({ who }) => who);
  return {
    check: 'authentication',
    findings:
      open.length === 0 ? [] : [finding('MANAGEMENT_PORT_OPEN', `answers without credentials: ${open.join(', ')}`)],
    ...(asked.length === 0 ? {} : { seen: `asked without credentials: ${asked.map(({ who }) => who).join(', ')}` }),
  };
}

const largestSkewMs = 10_000;

export function judgeClocks({ brokers, engine }: CheckReadings): Judged {
  const clocks = [
    ...brokers.map(({ nodeId, aheadMs }) => ({
      who: `broker ${nodeId}`,
      aheadMs: 'value' in aheadMs ? aheadMs.value : undefined,
    })),
    ...('value' in engine.nodes
      ? engine.nodes.value.map(({ name, aheadMs }) => ({ who: `node ${name}`, aheadMs }))
      : []),
  ].flatMap(({ who, aheadMs }) => (aheadMs === undefined ? [] : [{ who, aheadMs }]));
  const findings = clocks
    .filter(({ aheadMs }) => Math.abs(aheadMs) > largestSkewMs)
    .map(({ who, aheadMs }) => {
      const by = `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
      return finding('CLOCK_SKEW', `the clock of ${who} is ${by} the worker's`);
    });
  return {
    check: 'clocks',
    findings,
    ...(clocks.length === 0 ? {} : { seen: clocks.map(({ who }) => who).join(', ') }),
  };
}
