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
export function runUntilAborted<Result>(
  steps: Generator<unknown, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return runSteps<unknown, Result>(steps, async () => {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  })
}
