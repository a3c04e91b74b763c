import { setTimeout as wait } from 'node:timers/promises'
import type { CatchUp } from '../../../../store/store.ts'

/** The page asks for what keys use and for what they cost at once. */
const togetherMs = 20

/**
 * A catch-up for all who ask before it begins: one runs at a time, and one waits for it and for others that ask soon. Whoever asks
 * gets one that begins after that.
 */
export function shareCatchUp(catchUp: CatchUp): CatchUp {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    next ??= Promise.allSettled([running, wait(togetherMs)]).then(() => {
      next = null
      const begun = catchUp()
      running = begun
      return begun
    })
    return next
  }
}
