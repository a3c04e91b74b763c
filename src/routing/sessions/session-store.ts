/**
 * Keeps values by key for as long as there is room. In memory here; a store that servers share would answer from memory
 * too and exchange changes behind it, because decisions do not wait.
 */
export type SessionStore<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  /** Changes the value of a key where it stands, without reading it as used. False if there is none. */
  update(key: string, change: (value: Value) => Value): boolean
}

/** A value in the ring of all values, between one that was used before it and one that was used after it. */
type Entry<Value> = {
  readonly key: string
  value: Value
  bytes: number
  before: Entry<Value>
  after: Entry<Value>
}

/**
 * A store in memory that drops what was least recently set or read once it holds more than `maxEntries` or about
 * `maxBytes`.
 *
 * The order of use is a ring of links: keeping it in the order of a Map would cost a rehash of the whole Map every few
 * thousand reads.
 *
 * @param sizeOf about how many bytes a value takes.
 */
export function createMemoryStore<Value>(
  maxEntries: number,
  maxBytes: number,
  sizeOf: (value: Value) => number,
): SessionStore<Value> {
  const entries = new Map<string, Entry<Value>>()
  let newest: Entry<Value> | null = null
  let bytes = 0

  function unlink(entry: Entry<Value>): void {
    if (newest === entry) newest = entry.before === entry ? null : entry.before
    entry.before.after = entry.after
    entry.after.before = entry.before
  }

  function linkAsNewest(entry: Entry<Value>): void {
    entry.before = newest ?? entry
    entry.after = newest?.after ?? entry
    entry.before.after = entry
    entry.after.before = entry
    newest = entry
  }

  function use(entry: Entry<Value>): void {
    if (entry === newest) return
    unlink(entry)
    linkAsNewest(entry)
  }

  function change(entry: Entry<Value>, value: Value): void {
    entry.value = value
    bytes -= entry.bytes
    entry.bytes = entryBytes + entry.key.length + sizeOf(value)
    bytes += entry.bytes
  }

  function makeRoom(): void {
    while (newest !== null && (entries.size > maxEntries || bytes > maxBytes)) {
      const oldest: Entry<Value> = newest.after
      unlink(oldest)
      entries.delete(oldest.key)
      bytes -= oldest.bytes
    }
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      use(entry)
      return entry.value
    },
    set(key, value) {
      let entry = entries.get(key)
      if (entry === undefined) {
        entry = createEntry(key, value)
        entries.set(key, entry)
        linkAsNewest(entry)
      } else use(entry)
      change(entry, value)
      makeRoom()
    },
    update(key, changed) {
      const entry = entries.get(key)
      if (entry === undefined) return false
      change(entry, changed(entry.value))
      makeRoom()
      return true
    },
  }
}

/** An entry that is linked to itself only. */
function createEntry<Value>(key: string, value: Value): Entry<Value> {
  const entry = { key, value, bytes: 0 } as Entry<Value>
  entry.before = entry
  entry.after = entry
  return entry
}

/** The slot of a map and a small object. */
const entryBytes = 120
