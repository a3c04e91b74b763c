/** Holds its position in an `InFlight`, which makes its removal constant time. */
export type InFlightEntry = { slot: number }

/**
 * The requests that are being answered.
 *
 * An array from which the last entry takes the place of one that leaves. A `Set` does not serve: V8 chains the tables
 * that a growing and shrinking `Set` outgrows, and finished requests stay reachable through them until a full
 * collection.
 */
export type InFlight<Entry extends InFlightEntry> = {
  readonly size: number
  add(entry: Entry): void
  /** @param entry one that was added and not removed yet. */
  remove(entry: Entry): void
  /** A copy, which entries may leave while it is iterated. */
  entries(): readonly Entry[]
}

export function createInFlight<Entry extends InFlightEntry>(): InFlight<Entry> {
  const present: Entry[] = []
  return {
    get size() {
      return present.length
    },
    add(entry) {
      entry.slot = present.push(entry) - 1
    },
    remove(entry) {
      const last = present.pop()
      if (last === undefined || last === entry) return
      present[entry.slot] = last
      last.slot = entry.slot
    },
    entries: () => [...present],
  }
}
