/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A float on the wire: integers are exact up to 2^53 only. */
  readonly value: number;
}

/** The samples of the named metrics; comments, other metrics and values that are no number are left out. */
export function readSamples(text: string, names: readonly string[]): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = sample.exec(line) ?? [];
    return names.includes(name) && Number.isFinite(Number(value)) && value !== ''
      ? [{ name, labels: readLabels(labels), value: Number(value) }]
      : [];
  });
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?\s*$/;

const readLabels = (labels: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ]),
  );
