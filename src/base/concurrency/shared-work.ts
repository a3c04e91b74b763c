/** Work that several callers wait for. */
export type SharedWork<Result> = {
  /**
   * Waits for its end. When `signal` has aborted for the last of those who wait, it is aborted.
   *
   * Rejects as the work does, but with `signal.reason` if `signal` has aborted.
   */
  join(signal: AbortSignal): Promise<Result>
  /** Resolves when the work has ended, however it did. */
  readonly ended: Promise<void>
}

/**
 * Begins work that others may join.
 *
 * @param work its signal aborts if nobody waits any more.
 * @param onOver called once, when nobody may join any more: the work has ended, or all have left.
 */
export function shareWork<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onOver: () => void,
): SharedWork<Result> {
  const control = new AbortController()
  let waiting = 0
  let isOver = false
  const end = () => {
    if (!isOver) onOver()
    isOver = true
  }
  const result = work(control.signal)
  const ended = result.then(end, end)
  return {
    ended,
    async join(signal) {
      signal.throwIfAborted()
      waiting++
      const leave = () => {
        waiting--
        if (waiting > 0) return
        end()
        control.abort()
      }
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await result
      } catch (error) {
        throw signal.aborted ? signal.reason : error
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
  }
}
