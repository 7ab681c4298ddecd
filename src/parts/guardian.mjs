// Outlives the process that started it by a moment: when that one ends in whatever way, SIGKILL included, its end of
// the pipe closes; then every process group registered here is killed and every folder removed. Node has no
// prctl(PR_SET_PDEATHSIG).
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const groups = new Set();
const folders = new Set();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [order, subject] = [line.slice(0, 1), line.slice(1)];
  if (order === '+') groups.add(Number(subject));
  if (order === '-') groups.delete(Number(subject));
  if (order === '<') folders.add(subject);
  if (order === '>') folders.delete(subject);
});
lines.on('close', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It ended before us.
    }
  }
  // What a killed process was just writing may still appear.
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});
