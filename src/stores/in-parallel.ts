/** Maps each item, at most `limit` of them at once, and yields the results in the order of the items. Takes no item before there is room for it. */
export async function* inParallel<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for await (const item of items) {
    const result = map(item);
    // It is awaited when its turn comes; until then its failure is nobody's.
    result.catch(() => {});
    running.push(result);
    const oldest = running.length < limit ? undefined : running.shift();
    if (oldest !== undefined) yield await oldest;
  }
  for (const result of running) yield await result;
}

export function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
