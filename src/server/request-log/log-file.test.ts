import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogFileOptions, openLogFile } from './log-file.ts'

let folder: string
let path: string
let warnings: { fields: object; message: string }[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-log-'))
  path = join(folder, 'requests.jsonl')
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function options(changes: Partial<LogFileOptions> = {}): LogFileOptions {
  return {
    path,
    maxBytes: 1e6,
    maxAgeMs: 1e6,
    maxPendingLength: 1e6,
    retryAfterMs: 1,
    now: Date.now,
    warn: (fields, message) => warnings.push({ fields, message }),
    ...changes,
  }
}

/** Lines of every file of the log, and how many files there are. */
function written() {
  const files = readdirSync(folder).toSorted()
  return {
    files,
    lines: files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1)),
  }
}

describe('openLogFile', () => {
  it('appends every line in order, and is written when it is closed', async () => {
    const file = await openLogFile(options())
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`)
    for (const line of lines) file.append(`${line}\n`)
    await file.close()
    expect(written()).toEqual({ files: ['requests.jsonl'], lines })
    expect(file.droppedLines).toBe(0)
    expect(warnings).toEqual([])
  })

  it('creates a file that only its owner can read', async () => {
    await (await openLogFile(options())).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('goes on in a file that exists, after a line feed if its last line is unfinished', async () => {
    writeFileSync(path, 'whole\ncut')
    const file = await openLogFile(options())
    file.append('new\n')
    await file.close()
    expect(readFileSync(path, 'utf8')).toBe('whole\ncut\nnew\n')
  })

  it('begins a new file at a size, and loses no line', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${String(index).padStart(3, '0')}`)
    for (let from = 0; from < lines.length; from += 10) {
      const file = await openLogFile(options({ maxBytes: 90 }))
      for (const line of lines.slice(from, from + 10)) file.append(`${line}\n`)
      await file.close()
    }
    const { files } = written()
    expect(files).toHaveLength(4)
    for (const name of files)
      expect(name).toMatch(/^requests(-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d)?)?\.jsonl$/)
    expect(written().lines.toSorted()).toEqual(lines)
  })

  it('begins a new file at an age', async () => {
    let now = Date.parse('2026-11-28T10:00:00Z')
    const file = await openLogFile(options({ maxAgeMs: 1000, now: () => now }))
    file.append('old\n')
    await file.close()
    now = statSync(path).birthtimeMs + 2000
    const later = await openLogFile(options({ maxAgeMs: 1000, now: () => now }))
    later.append('new\n')
    await later.close()
    expect(written().files).toHaveLength(2)
    expect(readFileSync(path, 'utf8')).toBe('new\n')
  })

  it('keeps no more than its limit waiting, counts what it drops and warns once', async () => {
    const file = await openLogFile(options({ maxPendingLength: 20 }))
    for (let line = 0; line < 10; line++) file.append('123456789\n')
    expect(file.droppedLines).toBe(8)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]!.message).toContain('dropped')
    await file.close()
    expect(written().lines).toHaveLength(2)
  })

  it.skipIf(!existsSync('/dev/full'))(
    'survives a full disk: one warning, and the loss is counted',
    async () => {
      const file = await openLogFile(options({ path: '/dev/full' }))
      file.append('lost\n')
      file.append('lost too\n')
      await file.close()
      expect(file.droppedLines).toBe(2)
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining('cannot be written'),
        expect.stringContaining('are lost'),
      ])
      expect(JSON.stringify(warnings[0])).toContain('ENOSPC')
    },
  )

  it('throws at once if the file cannot be opened', async () => {
    await expect(openLogFile(options({ path: join(folder, 'no', 'file') }))).rejects.toThrow(/ENOENT/)
    await expect(openLogFile(options({ path: folder }))).rejects.toThrow(/EISDIR/)
  })
})
