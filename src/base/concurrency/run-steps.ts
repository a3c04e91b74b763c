const turnMs = 50

/**
 * Runs a long synchronous computation step by step, and pauses it every 50 ms.
 *
 * @param pause called with what the last step yielded.
 */
export async function runSteps<Step, Result>(
  steps: Generator<Step, Result>,
  pause: (step: Step) => Promise<void>,
): Promise<Result> {
  let turnEnds = performance.now() + turnMs
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (performance.now() < turnEnds) continue
    await pause(value)
    turnEnds = performance.now() + turnMs
  }
}

/** Runs steps without a pause. */
export function runAtOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** Runs steps with pauses in which a signal can arrive. @throws the signal's reason, soon after it aborts. */
export async function runUntilAborted<Result>(
  steps: Generator<unknown, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  signal?.throwIfAborted()
  const result = await runSteps<unknown, Result>(steps, () => hearAbort(signal))
  signal?.throwIfAborted()
  return result
}

/** The items one after the other, with pauses in which a signal can arrive. @throws as `runUntilAborted`. */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item> {
  signal?.throwIfAborted()
  let turnEnds = performance.now() + turnMs
  try {
    for await (const item of items) {
      // A signal that aborts while the items wait for a file is heard at once.
      signal?.throwIfAborted()
      yield item
      if (performance.now() < turnEnds) continue
      await hearAbort(signal)
      turnEnds = performance.now() + turnMs
    }
  } catch (error) {
    // A stream that is destroyed by the signal fails with an error of its own.
    signal?.throwIfAborted()
    throw error
  }
}

/** Gives the event loop a turn, so that a signal can arrive between computations. @throws the signal's reason. */
export async function hearAbort(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal?.throwIfAborted()
}

/** One result for each item, in steps of one item. */
export function* mapInSteps<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => Result,
): Generator<void, Result[]> {
  const results: Result[] = []
  for (const item of items) {
    results.push(work(item, results.length))
    yield
  }
  return results
}
