/**
 * Keeps values by key for as long as there is room. In memory here; a store that servers share would answer from memory
 * too and exchange changes behind it, because decisions do not wait.
 */
export type SessionStore<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
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
  // A Map iterates in the order of insertion, so its first key is the least recent one.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  let bytes = 0
  const remove = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return
    bytes -= entry.bytes
    entries.delete(key)
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
      const entry = { value, bytes: entryBytes + key.length + sizeOf(value) }
      entries.set(key, entry)
      bytes += entry.bytes
      while (entries.size > maxEntries || bytes > maxBytes) {
        const [oldest] = entries.keys()
        if (oldest === undefined) return
        remove(oldest)
      }
    },
  }
}

/** The slot of a map and two small objects. */
const entryBytes = 120
