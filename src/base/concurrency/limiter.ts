/** Runs at most a fixed number of pieces of work at a time. The others wait in order. */
export type Limiter = { run<T>(work: () => Promise<T>): Promise<T> }

/** @param limit pieces of work at a time, from 1. */
export function createLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(work) {
      if (running < limit) running++
      // Work that ends hands its place to the next.
      else await new Promise<void>((enter) => waiting.push(enter))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}

/**
 * The results of `work` for each item, in order, with at most `limit` calls at a time. The first failure aborts the
 * signal of the others, and no further items start.
 *
 * @throws the first failure, or `signal.reason`, when all work has ended.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  signal?.throwIfAborted()
  const failure = new AbortController()
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal])
  const limiter = createLimiter(limit)
  const all = items.map((item) =>
    limiter.run(async () => {
      either.throwIfAborted()
      try {
        return await work(item, either)
      } catch (error) {
        failure.abort(error)
        throw error
      }
    }),
  )
  await Promise.allSettled(all)
  signal?.throwIfAborted()
  failure.signal.throwIfAborted()
  return Promise.all(all)
}

/**
 * Works on several items at a time and yields the results in the order of the items. Reads items only as they are
 * needed, so memory does not grow with their number.
 *
 * A failure is thrown in its turn, after the results before it. It, and a reader that stops early, aborts the signal of
 * the other work; the generator ends when that work has ended.
 *
 * @param limit items that are in work, or done and not yet read; from 1.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
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
      // Awaited in its turn, below; a failure before that is not unhandled.
      result.catch(() => {})
      inWork.push(result)
      if (inWork.length < limit) continue
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
