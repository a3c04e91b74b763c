import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeFrame, scanFrames, writeFrame } from './frame.ts'

it('writes checksum, length and JSON on one line', () => {
  // The check value of CRC-32.
  expect(encodeFrame('123456789').toString()).toBe('cbf43926 00000009 123456789\n')
})

it('writes the same line into a buffer that is used again, and nothing into one that may be too small', () => {
  const target = Buffer.alloc(64)
  const length = writeFrame(target, '{"a":"é"}')
  expect(target.subarray(0, length)).toEqual(encodeFrame('{"a":"é"}'))
  expect(writeFrame(target, '"'.padEnd(30, 'x'))).toBe(0)
})

const json = fc.json({ maxDepth: 2 })

it('reads what was written, however much of the end is missing', () => {
  fc.assert(
    fc.property(
      fc.array(json, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (texts, share) => {
        const frames = texts.map(encodeFrame)
        const bytes = Buffer.concat(frames)
        const cut = bytes.subarray(0, Math.floor(bytes.length * share))
        let whole = 0
        let length = 0
        while (whole < frames.length && length + frames[whole]!.length <= cut.length)
          length += frames[whole++]!.length
        expect(scanFrames(cut)).toEqual({ entries: texts.slice(0, whole), consumed: length, damagedBytes: 0 })
      },
    ),
    { seed: 1, numRuns: 300 },
  )
})

it('loses of a damaged byte no more than its own line and the one after, and never gives a wrong entry', () => {
  fc.assert(
    fc.property(
      fc.array(json, { minLength: 3, maxLength: 8 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (texts, place, change) => {
        const bytes = Buffer.concat(texts.map(encodeFrame))
        const at = place % bytes.length
        bytes[at] = bytes[at]! ^ change
        // A line after it, as later entries are.
        const { entries, damagedBytes } = scanFrames(Buffer.concat([bytes, encodeFrame('"last"')]))
        expect(entries.length).toBeGreaterThanOrEqual(texts.length - 1)
        expect(damagedBytes).toBeGreaterThan(0)
        for (const entry of entries) expect([...texts, '"last"']).toContain(entry)
      },
    ),
    { seed: 2, numRuns: 500 },
  )
})
