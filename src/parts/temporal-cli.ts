export function temporalCli(): string {
  const path = process.env.TEMPORAL_CLI_PATH;
  if (!path)
    throw new Error(
      'TEMPORAL_CLI_PATH is not set: start this with an npm script, which finds or builds the Temporal CLI.',
    );
  return path;
}
