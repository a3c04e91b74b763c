import { vi } from 'vitest'

export type FollowedWork<Result> = { readonly result: Result | undefined; readonly error: unknown }

/**
 * Runs work on a clock that moves by `msPerLook` whenever it is looked at, so that computations pause after the same
 * steps on any machine: at 60 ms after each step.
 *
 * @param onPause called at each pause (`hearAbort`), before the event loop has its turn. Counted from 1.
 */
export async function followPauses<Result>(
  work: () => Promise<Result>,
  msPerLook: number,
  onPause: (pause: number) => void,
): Promise<FollowedWork<Result>> {
  let now = performance.now()
  let pauses = 0
  const setRealImmediate = globalThis.setImmediate
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += msPerLook
    return now
  })
  vi.stubGlobal('setImmediate', (callback: () => void) => {
    onPause(++pauses)
    return setRealImmediate(callback)
  })
  try {
    return { result: await work(), error: undefined }
  } catch (error) {
    return { result: undefined, error }
  } finally {
    vi.unstubAllGlobals()
    clock.mockRestore()
  }
}

/** How often work pauses, with a pause after each step. */
export async function countPauses(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const { error } = await followPauses(work, 60, (pause) => {
    count = pause
  })
  if (error !== undefined) throw error
  return count
}

/** Aborts work in one of its pauses. @returns what it rejected with, and how often it paused after the abort. */
export async function abortInPause(
  work: (signal: AbortSignal) => Promise<unknown>,
  at: number,
  reason: Error,
): Promise<{ readonly error: unknown; readonly pausesAfter: number }> {
  const controller = new AbortController()
  let last = 0
  const { error } = await followPauses(
    () => work(controller.signal),
    60,
    (pause) => {
      last = pause
      if (pause === at) controller.abort(reason)
    },
  )
  return { error, pausesAfter: last - at }
}

/** The pauses of work in which it does not look at its signal before it goes on: there an abort is not heard. */
export async function findDeafPauses(work: (signal: AbortSignal) => Promise<unknown>): Promise<number[]> {
  const { signal } = new AbortController()
  const deaf: number[] = []
  let isHeard = true
  vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
    isHeard = true
  })
  const { error } = await followPauses(
    () => work(signal),
    60,
    (pause) => {
      if (!isHeard) deaf.push(pause - 1)
      isHeard = false
    },
  )
  if (error !== undefined) throw error
  return deaf
}
