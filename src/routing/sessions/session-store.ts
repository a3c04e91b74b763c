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

/**
 * A store in memory that drops what was least recently set or read once it holds more than `maxEntries` or about
 * `maxBytes`.
 *
 * @param sizeOf about how many bytes a value takes.
 */
export function createMemoryStore<Value>(
  maxEntries: number,
  maxBytes: number,
  sizeOf: (value: Value) => number,
): SessionStore<Value> {
  // A Map iterates in the order of insertion, so its first key is the least recent one. The iterator is kept, because a
  // new one would pass all deleted entries again: it has passed none that is still there.
  const entries = new Map<string, { value: Value; bytes: number }>()
  let oldest = entries.keys()
  let bytes = 0
  const remove = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return
    bytes -= entry.bytes
    entries.delete(key)
  }
  const dropOldest = () => {
    let next = oldest.next()
    if (next.done === true) {
      oldest = entries.keys()
      next = oldest.next()
    }
    if (next.done !== true) remove(next.value)
  }
  const sizeOfEntry = (key: string, value: Value) => entryBytes + key.length + sizeOf(value)
  const makeRoom = () => {
    while (entries.size > maxEntries || (bytes > maxBytes && entries.size > 0)) dropOldest()
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value) {
      remove(key)
      const entry = { value, bytes: sizeOfEntry(key, value) }
      entries.set(key, entry)
      bytes += entry.bytes
      makeRoom()
    },
    update(key, change) {
      const entry = entries.get(key)
      if (entry === undefined) return false
      entry.value = change(entry.value)
      bytes -= entry.bytes
      entry.bytes = sizeOfEntry(key, entry.value)
      bytes += entry.bytes
      makeRoom()
      return true
    },
  }
}

/** The slot of a map and two small objects. */
const entryBytes = 120
