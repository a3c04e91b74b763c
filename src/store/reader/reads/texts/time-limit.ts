/**
 * So long a read of texts looks for more; others wait for its thread. One text, of a megabyte at most and its answer, may come on top.
 */
const mostMs = 150

/** A function that says whether the time is over. @param now milliseconds. */
export function createTimeLimit(now: () => number = () => performance.now()): () => boolean {
  const end = now() + mostMs
  return () => now() >= end
}
