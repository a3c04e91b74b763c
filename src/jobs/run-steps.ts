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
