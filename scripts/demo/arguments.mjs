const flags = new Map([
  ['--real', 'a real Camunda 8.6.0 instead of the simulated cluster (needs JDKs and Go; installs about 1.1 GB)'],
  ['--once', 'end by itself: exit code 0 only if the backup was completed and exporting goes on'],
  ['--help', 'this text'],
]);

/**
 * The flags to hand on; or a text and an exit code instead.
 *
 * @param {readonly string[]} args with --real among them
 * @returns {{ flags: readonly string[] } | { text: string, code: 0 | 2 }}
 */
export function readRealDemoArguments(args) {
  const unknown = args.find((arg) => !flags.has(arg));
  if (unknown !== undefined) {
    return {
      text: `npm run demo -- --real does not take "${unknown}". It takes ${[...flags.keys()].join(', ')}.`,
      code: 2,
    };
  }
  if (args.includes('--help')) return { text: help(), code: 0 };
  return { flags: [...new Set(args)].filter((arg) => arg !== '--real') };
}

function help() {
  return [
    'npm run demo -- --real [flags]',
    '',
    'One backup of a real Camunda 8.6.0 at work. Stays up until Ctrl-C. Without --real a simulated cluster is shown.',
    '',
    ...[...flags].map(([flag, meaning]) => `  ${flag.padEnd(8)}${meaning}`),
  ].join('\n');
}
