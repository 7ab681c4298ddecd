const WIDTH = 116;

/** Breaks each line at spaces; what goes on stands two deeper than the line began. */
export function wrap(text: string, width: number = WIDTH): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const indent = /^[ -]*/.exec(line)?.[0].length ?? 0;
  const deeper = ' '.repeat(indent + 2);
  const words = line.slice(indent).split(' ');
  const lines = [line.slice(0, indent) + (words.shift() ?? '')];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(deeper + word);
  }
  return lines.join('\n');
}
