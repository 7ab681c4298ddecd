/** What the Temporal CLI would have to be told to start the same, ready to paste into a shell. */
export function temporalStart({
  namespace,
  taskQueue,
  type,
  workflowId,
  input,
}: {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly type: string;
  readonly workflowId: string;
  readonly input: unknown;
}): string {
  const words = ['temporal', 'workflow', 'start'];
  if (namespace !== 'default') words.push('--namespace', namespace);
  words.push('--task-queue', taskQueue, '--type', type, '--workflow-id', workflowId, '--input', JSON.stringify(input));
  return words.map(quoted).join(' ');
}

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
