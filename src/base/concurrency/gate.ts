/** Runs at most so many pieces of work at a time; the others wait in order. */
export type Gate = { run<T>(work: () => Promise<T>): Promise<T> }

export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(work) {
      if (running < limit) running++
      // Whoever leaves hands its place on.
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
