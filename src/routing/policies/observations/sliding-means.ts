import type { Observation } from './observed-calls.ts'

/** Means of the latest values, by group and of all. */
export type SlidingMeans = {
  add(value: number, group: string | null): void
  /** The mean of a group; of all values if it is null. */
  read(group: string | null): Observation
}

/** Keeps the latest `capacity` values. Adding and reading take constant time. */
export function createSlidingMeans(capacity: number): SlidingMeans {
  /** Rings: value i of all that were added is at i modulo the capacity. */
  const values = new Float64Array(capacity)
  const groups: (string | null)[] = []
  const all = { count: 0, sum: 0 }
  const byGroup = new Map<string, { count: number; sum: number }>()
  let added = 0

  function change(value: number, group: string | null, count: 1 | -1): void {
    all.count += count
    all.sum += count * value
    if (group === null) return
    const of = byGroup.get(group) ?? { count: 0, sum: 0 }
    of.count += count
    of.sum += count * value
    if (of.count === 0) byGroup.delete(group)
    else byGroup.set(group, of)
  }

  return {
    add(value, group) {
      const at = added % capacity
      if (added >= capacity) change(values[at]!, groups[at]!, -1)
      values[at] = value
      groups[at] = group
      added++
      change(value, group, 1)
    },
    read(group) {
      const { count, sum } = (group === null ? all : byGroup.get(group)) ?? nothing
      return { count, value: count === 0 ? 0 : sum / count }
    },
  }
}

const nothing = { count: 0, sum: 0 }
