// Outlives the process that started it by a moment: when that one ends in whatever way, SIGKILL included, its end of
// the pipe closes, and every process group it had registered is killed. Node has no prctl(PR_SET_PDEATHSIG).
import { createInterface } from 'node:readline';

const groups = new Set();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const group = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(group);
  else groups.delete(group);
});
lines.on('close', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It ended before us.
    }
  }
});
