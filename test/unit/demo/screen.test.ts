import { afterEach, expect, test, vi } from 'vitest';
import { createScreen, type Output } from '../../../src/demo/screen.ts';

afterEach(() => vi.useRealTimers());

function terminal(options: Partial<Output> = {}) {
  let written = '';
  return {
    output: { isTTY: true, rows: 24, hasColors: () => true, write: (text: string) => (written += text), ...options },
    written: () => written,
    /** What was written since the last call. */
    taken: () => {
      const text = written;
      written = '';
      return text;
    },
  };
}

test.each([
  { title: 'a pipe', isTTY: false, env: {} },
  { title: 'a dumb terminal', isTTY: true, env: { TERM: 'dumb' } },
  { title: 'a terminal with NO_COLOR', isTTY: true, env: { NO_COLOR: '1' } },
  { title: 'a terminal where plain lines were asked for', isTTY: true, env: {}, plain: true },
])('$title gets plain lines', ({ isTTY, env, plain }) => {
  const { output, written } = terminal({ isTTY });
  const screen = createScreen(output, { env, plain: plain ?? false });

  screen.block(() => ['moving']);
  screen.print(screen.style('red', 'one'));
  screen.close();

  expect(screen.live).toBe(false);
  expect(written()).toBe('one\n');
});

test('a terminal gets its block drawn again in its place', () => {
  vi.useFakeTimers();
  const { output, taken } = terminal();
  const screen = createScreen(output, { env: {} });
  let frame = 1;
  screen.block(() => ['first', `frame ${frame}`]);
  taken();

  frame = 2;
  vi.advanceTimersByTime(100);
  screen.close();

  const [redrawn = ''] = taken().split('\x1b[?7h');
  expect(redrawn).toBe('\x1b[2A\x1b[?7lfirst\x1b[K\nframe 2\x1b[K\n\x1b[J');
});

test('a line is printed above the block', () => {
  const { output, taken } = terminal();
  const screen = createScreen(output, { env: {} });
  screen.block(() => ['block']);
  taken();

  screen.print('line');

  expect(taken()).toBe('\x1b[1A\x1b[Jline\n\x1b[?7lblock\x1b[K\n\x1b[J\x1b[?7h');
  screen.close();
});

test('a block higher than the terminal is cut, so that it can be drawn over', () => {
  const { output, taken } = terminal({ rows: 3 });
  const screen = createScreen(output, { env: {} });

  screen.block(() => ['1', '2', '3', '4']);

  expect(taken()).toContain('1\x1b[K\n2\x1b[K\n\x1b[J');
  screen.close();
});

test('the cursor comes back at the end', () => {
  const { output, taken } = terminal();
  const screen = createScreen(output, { env: {} });
  expect(taken()).toContain('\x1b[?25l');

  screen.close();

  expect(taken()).toContain('\x1b[?25h');
});

test('a terminal without colours gets a block without colours', () => {
  const { output } = terminal({ hasColors: () => false });
  const screen = createScreen(output, { env: {} });

  expect([screen.live, screen.style('red', 'text')]).toEqual([true, 'text']);
  screen.close();
});
