/** The most frequent of a stream of names, in memory that does not grow with their number. */
export type HeavyHitters = {
  add(name: string): void
  /** The `count` most frequent, most frequent first; names of equal counts in alphabetical order. */
  top(count: number): readonly string[]
}

/**
 * Space-Saving (Metwally, Agrawal and El Abbadi, ICDT 2005): a new name takes the place of the least frequent one
 * that is kept and inherits its count, so that every name with more than 1/`capacity` of all occurrences is kept.
 * Exact while there are no more than `capacity` names.
 */
export function createHeavyHitters(capacity = 1000): HeavyHitters {
  const counts = new Map<string, number>()
  return {
    add(name) {
      const before = counts.get(name)
      if (before !== undefined) {
        counts.set(name, before + 1)
        return
      }
      if (counts.size < capacity) {
        counts.set(name, 1)
        return
      }
      const [least, count] = leastOf(counts)
      counts.delete(least)
      counts.set(name, count + 1)
    },
    top: (count) =>
      [...counts]
        .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
        .slice(0, count)
        .map(([name]) => name),
  }
}

function leastOf(counts: ReadonlyMap<string, number>): readonly [string, number] {
  let least: readonly [string, number] = ['', Number.POSITIVE_INFINITY]
  for (const entry of counts) if (entry[1] < least[1]) least = entry
  return least
}
