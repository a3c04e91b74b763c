/** What a queue needs to know of a request. */
export type QueueEntry = {
  /** Whose request it is: the name of its key; null for a request without one. */
  readonly key: string | null
  /** The memory that it holds while it waits. */
  readonly bytes: number
}

/** How much may wait. */
export type QueueBounds = { readonly maxEntries: number; readonly maxBytes: number }

/**
 * A bounded queue that is first in, first out for each key, and takes turns between keys. One key may use all of it while
 * nobody else waits. If it is full, an entry of a key that uses less of it takes the place of the newest entry of the key
 * that uses most: longest queue drop, with the larger of an entry's two shares (places, bytes) as its length.
 *
 * Sources: Suter, Lakshman, Stiliadis and Choudhury, "Buffer Management Schemes for Supporting TCP in Gigabit Routers with
 * Per-flow Queueing" (1999), for the drop; Ghodsi and others, "Dominant Resource Fairness" (2011), for the share.
 */
export type FairQueue<Entry extends QueueEntry> = {
  readonly size: number
  /** The entries that do not wait any more: none, `entry` itself, or those whose place it has taken. */
  push(entry: Entry, bounds: QueueBounds): readonly Entry[]
  /** Takes the entry whose turn it is. */
  shift(): Entry | undefined
  /** Returns false for an entry that does not wait. */
  remove(entry: Entry): boolean
  /** The entry that waits longest. */
  oldest(): Entry | undefined
}

/** The entries of one key, the oldest first. */
type Line<Entry> = { readonly key: string | null; readonly entries: Entry[]; bytes: number }

export function createFairQueue<Entry extends QueueEntry>(): FairQueue<Entry> {
  /** The one whose turn it is comes first. None is empty. */
  const lines: Line<Entry>[] = []
  /** All of them in the order in which they came: `Set` keeps it, and removes in constant time. */
  const present = new Set<Entry>()
  let bytes = 0

  function lineOf(key: string | null): Line<Entry> | undefined {
    return lines.find((line) => line.key === key)
  }

  function take(line: Line<Entry>, at: number): Entry {
    const [entry] = line.entries.splice(at, 1)
    if (entry === undefined) throw new Error('a line of the queue is empty')
    present.delete(entry)
    line.bytes -= entry.bytes
    bytes -= entry.bytes
    if (line.entries.length === 0) lines.splice(lines.indexOf(line), 1)
    return entry
  }

  function findLongest({ maxEntries, maxBytes }: QueueBounds): { line: Line<Entry> | null; share: number } {
    let longest: Line<Entry> | null = null
    let share = 0
    for (const line of lines) {
      const own = Math.max(line.entries.length / maxEntries, line.bytes / maxBytes)
      if (own > share) {
        longest = line
        share = own
      }
    }
    return { line: longest, share }
  }

  return {
    get size() {
      return present.size
    },
    push(entry, bounds) {
      const { maxEntries, maxBytes } = bounds
      const line = lineOf(entry.key)
      const ownShare = Math.max(
        ((line?.entries.length ?? 0) + 1) / maxEntries,
        ((line?.bytes ?? 0) + entry.bytes) / maxBytes,
      )
      const displaced: Entry[] = []
      while (present.size >= maxEntries || bytes + entry.bytes > maxBytes) {
        const longest = findLongest(bounds)
        if (longest.line === null || longest.line === line || longest.share <= ownShare)
          return [...displaced, entry]
        displaced.push(take(longest.line, longest.line.entries.length - 1))
      }
      if (line === undefined) lines.push({ key: entry.key, entries: [entry], bytes: entry.bytes })
      else {
        line.entries.push(entry)
        line.bytes += entry.bytes
      }
      present.add(entry)
      bytes += entry.bytes
      return displaced
    },
    shift() {
      const [line] = lines
      if (line === undefined) return undefined
      const entry = take(line, 0)
      if (line.entries.length > 0) {
        lines.shift()
        lines.push(line)
      }
      return entry
    },
    remove(entry) {
      if (!present.has(entry)) return false
      const line = lineOf(entry.key)!
      take(line, line.entries.indexOf(entry))
      return true
    },
    oldest: () => present.values().next().value,
  }
}
