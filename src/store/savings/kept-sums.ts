/** Values that were computed, in bounded memory: beyond it those that were not asked for the longest are forgotten. */
export type KeptSums<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  clear(): void
}

/** @param bytesOf of the memory that a value takes. */
export function createKeptSums<Value>(mostBytes: number, bytesOf: (value: Value) => number): KeptSums<Value> {
  /** The one that was asked for last is the last one. */
  const kept = new Map<string, Value>()
  let bytes = 0

  function remove(key: string): Value | undefined {
    const value = kept.get(key)
    if (value === undefined) return undefined
    kept.delete(key)
    bytes -= bytesOf(value)
    return value
  }

  function set(key: string, value: Value): void {
    remove(key)
    kept.set(key, value)
    bytes += bytesOf(value)
    for (const oldest of kept.keys()) {
      if (bytes <= mostBytes) break
      remove(oldest)
    }
  }

  return {
    get(key) {
      const value = remove(key)
      if (value !== undefined) set(key, value)
      return value
    },
    set,
    clear() {
      kept.clear()
      bytes = 0
    },
  }
}
