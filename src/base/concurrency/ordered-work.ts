/**
 * Works on several items at a time and gives the results in the order of the items. Items are read only as they are
 * needed, so that a file of any size takes little memory.
 *
 * Where a piece of work fails, or the reader stops early, `signal` of the others is aborted, and the generator ends
 * only when they have.
 *
 * @param atOnce how many items are in work, from 1.
 */
export async function* workInOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  atOnce: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
  const inWork: Promise<Result>[] = []
  try {
    for await (const item of items) {
      either.throwIfAborted()
      const result = work(item, either)
      // Failures are met in order, below; until then they are nobody's.
      result.catch(() => {})
      inWork.push(result)
      if (inWork.length < atOnce) continue
      yield await inWork[0]!
      inWork.shift()
    }
    for (let next = inWork[0]; next !== undefined; next = inWork[0]) {
      yield await next
      inWork.shift()
    }
  } finally {
    stop.abort()
    await Promise.allSettled(inWork)
  }
}
