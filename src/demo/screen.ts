import { styleText } from 'node:util';

/** Where a demo writes to; `process.stdout` is one. */
export interface Output {
  readonly isTTY?: boolean;
  readonly rows?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

type Format = Parameters<typeof styleText>[0];

export interface Screen {
  /** Whether a block is drawn. Where it is not, everything has to be told by lines. */
  readonly live: boolean;
  style(format: Format, text: string): string;
  /** A line that stays. */
  print(line?: string): void;
  /** What stands below the last line from now on, drawn anew again and again; undefined for nothing. */
  block(render: (() => readonly string[]) | undefined): void;
  /** Takes the block away and gives the cursor back. */
  close(): void;
}

const FRAME_MS = 100;
// Without wrapping a line that is too long for the terminal is cut there, and a block keeps its height.
const [wrapOff, wrapOn] = ['\x1b[?7l', '\x1b[?7h'];
const [cursorOff, cursorOn] = ['\x1b[?25l', '\x1b[?25h'];
const [eraseLine, eraseBelow] = ['\x1b[K', '\x1b[J'];
const up = (lines: number): string => (lines === 0 ? '' : `\x1b[${lines}A`);

/** A terminal that wants it gets a block below its lines and colours; all else gets plain lines without control codes. */
export function createScreen(
  output: Output,
  { env, plain = false }: { readonly env: NodeJS.ProcessEnv; readonly plain?: boolean },
): Screen {
  const dumb = env['TERM'] === 'dumb' || (env['NO_COLOR'] ?? '') !== '';
  return plain || dumb || output.isTTY !== true ? plainScreen(output) : liveScreen(output);
}

function plainScreen(output: Output): Screen {
  return {
    live: false,
    style: (_, text) => text,
    print: (line = '') => void output.write(`${line}\n`),
    block: () => undefined,
    close: () => undefined,
  };
}

function liveScreen(output: Output): Screen {
  const colours = output.hasColors?.() ?? false;
  let render: (() => readonly string[]) | undefined;
  let height = 0;

  const drawn = (): string => {
    // The top of a block that is higher than the terminal could not be reached again.
    const lines = (render?.() ?? []).slice(0, Math.max((output.rows ?? 24) - 1, 1));
    height = lines.length;
    return lines.map((line) => `${line}${eraseLine}\n`).join('') + eraseBelow;
  };
  const draw = (): void => void output.write(`${up(height)}${wrapOff}${drawn()}${wrapOn}`);
  const timer = setInterval(() => {
    if (render) draw();
  }, FRAME_MS);
  timer.unref();
  output.write(cursorOff);

  return {
    live: true,
    style: (format, text) => (colours ? styleText(format, text) : text),
    print(line = '') {
      const above = height === 0 ? `${line}\n` : `${up(height)}${eraseBelow}${line}\n`;
      output.write(render ? `${above}${wrapOff}${drawn()}${wrapOn}` : above);
    },
    block(next) {
      render = next;
      draw();
    },
    close() {
      clearInterval(timer);
      render = undefined;
      draw();
      output.write(cursorOn);
    },
  };
}
