import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the journal. One process writes it, and no other file at the same time. */
export type Segment = {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly changedAt: number
}

/** A segment of this size is ended and a new one begun. */
export const maxSegmentBytes = 8 << 20
/** So is one that was begun this long ago, at its next entry. */
export const maxSegmentAgeMs = 3_600_000
/** Its last entry. Nothing is written after it, so a segment that was read up to it can be removed. */
export const endOfSegment = '{"kind":"end"}'

/**
 * Names sort by the time that segments were begun. The rest keeps those of several processes apart.
 *
 * @param writer unique to a process: 12 hexadecimal digits.
 */
export function formatSegmentName(time: number, writer: string, count: number): string {
  return `${time.toString().padStart(15, '0')}-${writer}-${count}.journal`
}

/** The segments of a folder in the order that they were begun; none if there is no such folder. */
export function listSegments(folder: string): readonly Segment[] {
  const names = readNames(folder).filter((name) => /^\d{15}-[0-9a-f]{12}-\d+\.journal$/.test(name))
  return names.toSorted(compareNames).flatMap((name) => {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? [] : [{ name, path, bytes: stats.size, changedAt: stats.mtimeMs }]
  })
}

/** Those of one process that were begun in the same millisecond by their count. */
function compareNames(one: string, other: string): number {
  const [a, b] = [one.split(/[-.]/), other.split(/[-.]/)]
  if (a[0] !== b[0]) return a[0]! < b[0]! ? -1 : 1
  if (a[1] !== b[1]) return a[1]! < b[1]! ? -1 : 1
  return Number(a[2]) - Number(b[2])
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
