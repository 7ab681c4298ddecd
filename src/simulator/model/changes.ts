interface Wait {
  readonly holds: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Tells those who wait that the model's state changed. */
export interface Changes {
  notify(): void;
  /** Resolves as soon as `holds` is true; looked at now and after each change. Rejects when the simulator closes. */
  until(holds: () => boolean): Promise<void>;
  close(): void;
}

export function createChanges(): Changes {
  const waits = new Set<Wait>();

  return {
    notify() {
      for (const wait of waits) {
        if (!wait.holds()) continue;
        waits.delete(wait);
        wait.resolve();
      }
    },
    until(holds) {
      if (holds()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waits.add({ holds, resolve, reject });
      });
    },
    close() {
      for (const wait of waits) wait.reject(new Error('The simulator was closed while a condition was awaited'));
      waits.clear();
    },
  };
}
