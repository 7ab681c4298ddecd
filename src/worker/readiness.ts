/** Whether the worker can work now; where not, why not in one sentence. */
export interface Readiness {
  check(): Promise<string | undefined>;
  /** What is asked from now on: answers a sentence, or undefined when ready. */
  use(probe: Probe): void;
}

type Probe = () => Promise<string | undefined>;

const answerForMs = 1_000;
const patienceMs = 3_000;

/** Not ready until it is told what to ask. An answer holds for a second, so that many probes are one call. */
export function createReadiness(now: () => number = Date.now): Readiness {
  let probe: Probe = () => Promise.resolve('The worker is starting: it is not connected to Temporal yet.');
  let last: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined;
  return {
    check() {
      if (last === undefined || now() - last.at >= answerForMs) last = { at: now(), answer: patient(probe) };
      return last.answer;
    },
    use(next) {
      probe = next;
      last = undefined;
    },
  };
}

async function patient(probe: Probe): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`Temporal did not answer within ${patienceMs / 1_000} s.`), patienceMs);
  });
  try {
    return await Promise.race([probe(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
