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

  /** How many entries of each line make way for a new one, from its end; null if they cannot. Takes none. */
  function findDisplaced(
    entry: Entry,
    own: Line<Entry> | undefined,
    { maxEntries, maxBytes }: QueueBounds,
  ): ReadonlyMap<Line<Entry>, number> | null {
    const shareOf = (entries: number, lineBytes: number) =>
      Math.max(entries / maxEntries, lineBytes / maxBytes)
    const ownShare = shareOf((own?.entries.length ?? 0) + 1, (own?.bytes ?? 0) + entry.bytes)
    const left = lines.map((line) => ({ line, entries: line.entries.length, bytes: line.bytes }))
    const displaced = new Map<Line<Entry>, number>()
    let [allEntries, allBytes] = [present.size, bytes]
    while (allEntries >= maxEntries || allBytes + entry.bytes > maxBytes) {
      let longest: (typeof left)[number] | null = null
      let share = 0
      for (const each of left) {
        const itsShare = shareOf(each.entries, each.bytes)
        if (itsShare > share) [longest, share] = [each, itsShare]
      }
      if (longest === null || longest.line === own || share <= ownShare) return null
      const { bytes: freed } = longest.line.entries[--longest.entries]!
      longest.bytes -= freed
      allBytes -= freed
      allEntries--
      displaced.set(longest.line, (displaced.get(longest.line) ?? 0) + 1)
    }
    return displaced
  }

  return {
    get size() {
      return present.size
    },
    push(entry, bounds) {
      const line = lineOf(entry.key)
      const found = findDisplaced(entry, line, bounds)
      if (found === null) return [entry]
      const displaced: Entry[] = []
      for (const [longer, count] of found)
        for (let taken = 0; taken < count; taken++) displaced.push(take(longer, longer.entries.length - 1))
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
