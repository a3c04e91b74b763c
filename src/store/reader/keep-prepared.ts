import type { StoreReader } from './store-reader.ts'

/** A server that has just started has other work, and a test has ended by then. */
const firstAfterMs = 2000
const everyMs = 300_000
/** What somebody asks for in the meantime waits no longer than this. */
const forMs = 100

/**
 * Takes the facts of savings from the database before somebody asks for them, so that the first question after a start is answered at
 * once. Half of the time is left to others.
 *
 * @returns what ends it.
 */
export function keepPrepared(reader: StoreReader): () => void {
  let isOver = false
  let timer = setTimeout(() => void prepare(), firstAfterMs).unref()

  async function prepare(): Promise<void> {
    // A store that cannot be read now says so to those who ask.
    const isDone = await reader.read('prepareFacts', { forMs }).catch(() => true)
    if (isOver) return
    timer = setTimeout(() => void prepare(), isDone ? everyMs : forMs).unref()
  }

  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
