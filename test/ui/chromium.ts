import { findProgram } from '../support/find-program.ts';

/** CHROMIUM_PATH, or the first that the PATH has; undefined where there is none. Nothing is installed. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: given } = process.env;
  if (given !== undefined && given !== '') return given;
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}
