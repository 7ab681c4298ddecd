/**
 * @typedef {object} DemoArguments
 * @property {boolean} real
 * @property {readonly string[]} flags to hand on
 */

const flags = new Map([
  ['--once', 'end by itself: exit code 0 only if everything that was shown held'],
  ['--real', 'a real Camunda 8.6.0 instead of the simulated cluster (needs JDKs and Go; installs about 1.1 GB)'],
  ['--plain', 'plain lines also on a terminal, as with NO_COLOR, TERM=dumb or a pipe'],
  ['--quick', "the simulated cluster's steps last a fifth: for a look, and for the tests"],
  ['--help', 'this text'],
]);
const ofTheSimulated = ['--plain', '--quick'];

/**
 * What to run; or a text and an exit code instead.
 *
 * @param {readonly string[]} args
 * @returns {DemoArguments | { text: string, code: 0 | 2 }}
 */
export function readDemoArguments(args) {
  const unknown = args.find((arg) => !flags.has(arg));
  if (unknown !== undefined) {
    return { text: `npm run demo does not know "${unknown}". Known: ${[...flags.keys()].join(', ')}.`, code: 2 };
  }
  if (args.includes('--help')) return { text: help(), code: 0 };
  const real = args.includes('--real');
  const meaningless = real ? args.find((arg) => ofTheSimulated.includes(arg)) : undefined;
  if (meaningless !== undefined) {
    return { text: `${meaningless} is for the simulated cluster; leave it out or leave --real out.`, code: 2 };
  }
  return { real, flags: [...new Set(args)].filter((arg) => arg !== '--real') };
}

function help() {
  return [
    'npm run demo [-- flags]',
    '',
    'Backups of a simulated Camunda 8.6 cluster that holds data: one step by step, one whose worker is killed in the',
    'pause, and one whose pause somebody lifts; then a judge restores each of them. Stays up until Ctrl-C.',
    '',
    ...[...flags].map(([flag, meaning]) => `  ${flag.padEnd(8)}${meaning}`),
  ].join('\n');
}
