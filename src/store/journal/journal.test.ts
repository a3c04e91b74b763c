import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { scanFrames } from './frame.ts'
import { type JournalFiles, type JournalOptions, openJournal } from './journal.ts'
import { endOfSegment, listSegments } from './segments.ts'

let place: string
let folder: string
let warnings: string[]
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'routellm-journal-'))
  folder = join(place, 'journal')
  warnings = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(place, { recursive: true, force: true })
})

function options(changes: Partial<JournalOptions> = {}): JournalOptions {
  return {
    folder,
    maxBytes: 1e9,
    maxWaitingBytes: 1e6,
    retryAfterMs: 1000,
    now: Date.now,
    onAppended: () => {},
    warn: (_fields, message) => warnings.push(message),
    ...changes,
  }
}

/** Entries of all segments, in order, without their ends. */
function written(): string[] {
  return listSegments(folder)
    .flatMap(({ path }) => scanFrames(readFileSync(path)).entries)
    .filter((entry) => entry !== endOfSegment)
}

/** The system's files, whose writes can be made to fail. */
function faultyFiles() {
  const state = { problem: null as string | null, room: Number.POSITIVE_INFINITY }
  const files: JournalFiles = {
    open(path) {
      if (state.problem === 'EROFS') throw new Error('EROFS: read-only file system')
      return openSync(path, 'ax+', 0o600)
    },
    write(file, bytes, length) {
      if (state.problem !== null) throw new Error(`${state.problem}: injected`)
      const written = writeSync(file, bytes, 0, Math.min(length, state.room))
      state.room -= written
      return written
    },
  }
  return { files, state }
}

describe('openJournal', () => {
  it('writes nothing before the first entry, then every entry at once, readable by its owner only', () => {
    const journal = openJournal(options())
    expect(existsSync(folder)).toBe(false)
    for (let at = 0; at < 100; at++) {
      journal.append(`${at}`)
      expect(written()).toHaveLength(at + 1)
    }
    const [segment] = listSegments(folder)
    expect(statSync(segment!.path).mode & 0o777).toBe(0o600)
    journal.close()
    expect(written()).toEqual(Array.from({ length: 100 }, (_, at) => `${at}`))
    expect(readFileSync(segment!.path, 'utf8')).toContain(endOfSegment)
  })

  it('begins a new segment at a size and at an age, and ends the one before', () => {
    let time = Date.UTC(2026, 10, 30)
    const journal = openJournal(options({ now: () => time }))
    const long = `"${'x'.repeat(3 << 20)}"`
    // A slow disk lets entries wait.
    const flush = () => {
      while (journal.state.waiting > 0) vi.advanceTimersByTime(1000)
    }
    for (let at = 0; at < 3; at++) journal.append(long)
    flush()
    expect(listSegments(folder)).toHaveLength(2)
    time += 3_600_001
    journal.append('"later"')
    flush()
    expect(listSegments(folder)).toHaveLength(3)
    journal.close()
    for (const { path } of listSegments(folder))
      expect(scanFrames(readFileSync(path)).entries.at(-1)).toBe(endOfSegment)
    expect(written()).toEqual([long, long, long, '"later"'])
  })

  it.each(['ENOSPC', 'EIO', 'EROFS'])(
    'keeps entries in memory while files give %s, then writes them in order',
    (problem) => {
      const { files, state } = faultyFiles()
      const journal = openJournal(options({ files }))
      if (problem !== 'EROFS') journal.append('0')
      state.problem = problem
      for (let at = 1; at < 50; at++) journal.append(`${at}`)
      expect(journal.state.problem).toContain(problem)
      expect(warnings).toHaveLength(1)
      vi.advanceTimersByTime(1000)
      state.problem = null
      vi.advanceTimersByTime(1000)
      expect(journal.state).toMatchObject({ dropped: 0, waiting: 0, problem: null })
      journal.append('50')
      expect(written().map(Number)).toEqual(
        Array.from({ length: 51 }, (_, at) => at).slice(problem === 'EROFS' ? 1 : 0),
      )
      journal.close()
    },
  )

  it('leaves no part of an entry that a full disk has cut', () => {
    const { files, state } = faultyFiles()
    const journal = openJournal(options({ files }))
    journal.append('"first"')
    state.room = 10
    journal.append('"second"')
    expect(journal.state.waiting).toBe(1)
    expect(written()).toEqual(['"first"'])
    expect(statSync(listSegments(folder)[0]!.path).size).toBe('"first"'.length + 19)
    state.room = Number.POSITIVE_INFINITY
    vi.advanceTimersByTime(1000)
    expect(written()).toEqual(['"first"', '"second"'])
    journal.close()
  })

  it('counts what its memory cannot hold, and says so once', () => {
    const { files, state } = faultyFiles()
    state.problem = 'ENOSPC'
    const journal = openJournal(options({ files, maxWaitingBytes: 200 }))
    for (let at = 0; at < 100; at++) journal.append('"entry"')
    expect(journal.state.waiting).toBe(7)
    expect(journal.state.dropped).toBe(93)
    expect(warnings.filter((each) => each.includes('lost'))).toHaveLength(1)
    journal.close()
    expect(journal.state.dropped).toBe(100)
  })

  it('takes no more than its limit on the disk, and goes on once there is room', () => {
    const journal = openJournal(options({ maxBytes: 100 }))
    for (let at = 0; at < 10; at++) journal.append('"entry"')
    expect(listSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(100)
    expect(journal.state.problem).toContain('limit')
    journal.close()
  })

  it('keeps entries in memory for a second after three writes in a row that took long', () => {
    let isSlow = true
    let writes = 0
    const files: JournalFiles = {
      open: (path) => openSync(path, 'ax+', 0o600),
      write(file, bytes, length) {
        writes++
        if (isSlow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
        return writeSync(file, bytes, 0, length)
      },
    }
    const journal = openJournal(options({ files }))
    for (let at = 0; at < 20; at++) journal.append(`${at}`)
    expect([writes, journal.state.waiting]).toEqual([3, 17])
    vi.advanceTimersByTime(1000)
    expect([writes, journal.state.waiting]).toEqual([4, 0]) // together, in one write
    journal.append('20')
    expect(writes).toBe(4)
    isSlow = false
    vi.advanceTimersByTime(1000)
    journal.append('21')
    expect(written()).toEqual(Array.from({ length: 22 }, (_, at) => `${at}`))
    journal.close()
  })

  it('waits for a slow disk at the end', () => {
    const files: JournalFiles = {
      open: (path) => openSync(path, 'ax+', 0o600),
      write(file, bytes, length) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
        return writeSync(file, bytes, 0, length)
      },
    }
    const journal = openJournal(options({ files, maxWaitingBytes: 1 << 23 }))
    const long = `"${'x'.repeat(600_000)}"`
    for (let at = 0; at < 6; at++) journal.append(long)
    expect(journal.state.waiting).toBe(3)
    journal.close()
    expect([journal.state.dropped, written()]).toEqual([0, Array(6).fill(long)])
  })

  it('writes on after single writes that took long, as they do while the processor has other work', () => {
    let writes = 0
    const files: JournalFiles = {
      open: (path) => openSync(path, 'ax+', 0o600),
      write(file, bytes, length) {
        if (writes++ % 3 !== 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
        return writeSync(file, bytes, 0, length)
      },
    }
    const journal = openJournal(options({ files }))
    for (let at = 0; at < 8; at++) journal.append(`${at}`)
    expect([writes, journal.state.waiting, journal.state.problem]).toEqual([8, 0, null])
    journal.close()
  })

  it('writes a removed segment anew', () => {
    const journal = openJournal(options())
    journal.append('1')
    journal.append('2')
    rmSync(folder, { recursive: true })
    vi.advanceTimersByTime(1000)
    journal.append('3')
    expect(written()).toEqual(['1', '2', '3'])
    journal.close()
  })

  it('waits with entries when its folder cannot be made', () => {
    writeFileSync(folder, 'a file')
    const journal = openJournal(options())
    journal.append('1')
    expect(journal.state.waiting).toBe(1)
    rmSync(folder)
    vi.advanceTimersByTime(1000)
    expect(written()).toEqual(['1'])
    journal.close()
    expect(readdirSync(place)).toEqual(['journal'])
  })

  it('resolves a durable entry, and rejects one that cannot be written', async () => {
    const { files, state } = faultyFiles()
    const journal = openJournal(options({ files }))
    await journal.appendDurably('"kept"')
    state.problem = 'ENOSPC'
    await expect(journal.appendDurably('"refused"')).rejects.toThrow('ENOSPC')
    expect(journal.state.waiting).toBe(0)
    state.problem = null
    vi.advanceTimersByTime(1000)
    expect(written()).toEqual(['"kept"'])
    await journal.appendDurably('"later"')
    journal.close()
  })
})
