import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countCopiedBytes } from '../../../../test/support/streams/counted-bytes.ts'
import { createEventReader } from './event-reader.ts'

function eventsOf(chunks: readonly Buffer[], maxEventBytes = 1 << 20) {
  const events: string[] = []
  const reader = createEventReader(maxEventBytes, (data) => events.push(data.toString()))
  for (const chunk of chunks) {
    const own = Buffer.from(chunk)
    reader.push(own)
    own.fill(0x2a) // whoever kept a view of the upstream's memory sees this
  }
  return { reader, events }
}

/** The same bytes by eventsource-parser. */
function oracle(text: string): string[] {
  const events: string[] = []
  const parser = createParser({ onEvent: ({ data }) => events.push(data) })
  parser.feed(text)
  return events
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...chunks, bytes.subarray(at)]
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'data',
    'data:',
    'data: ',
    ': ping',
    ':',
    'event: x',
    'id: 1',
    'retry: 5',
    'datax: 1',
    'dat',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `data:${text.replace(/[\r\n]/g, '')}`),
)

describe('createEventReader', () => {
  it('property: reads what eventsource-parser reads, however the bytes are cut', () => {
    const stream = fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }).map((lines) => lines.flat().join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(20)), (text, sizes) => {
        // The oracle holds back a CR at the very end until it knows what follows.
        const closed = `${text}:\n`
        const { events } = eventsOf(cut(Buffer.from(closed), sizes))
        expect(events).toEqual(oracle(closed))
      }),
      { seed: 4, numRuns: 1000 },
    )
  })

  it.each([1, 2, 3, 5])('keeps UTF-8 whole when cut every %i bytes', (size) => {
    const bytes = Buffer.from('data: é北🙂\r\n\r\ndata: b\n\n')
    const sizes = Array.from({ length: Math.ceil(bytes.length / size) }, () => size)
    expect(eventsOf(cut(bytes, sizes)).events).toEqual(['é北🙂', 'b'])
  })

  it('reports an event at the end of the stream whose blank line never came', () => {
    const { reader, events } = eventsOf([Buffer.from('data: a\n\ndata: b')])
    expect(events).toEqual(['a'])
    reader.end()
    expect(events).toEqual(['a', 'b'])
  })

  it.each([
    ['one line', `data: ${'x'.repeat(100)}\n\n`],
    ['many lines', 'data: 123456\n'.repeat(20)],
    ['a comment', `: ${'x'.repeat(100)}\n\n`],
  ])('skips an event longer than its limit (%s), and reads the next', (_name, long) => {
    for (const size of [1, 7, 1000]) {
      const bytes = Buffer.from(`data: a\n\n${long}\ndata: b\n\n`)
      const sizes = Array.from({ length: Math.ceil(bytes.length / size) }, () => size)
      const { events } = eventsOf(cut(bytes, sizes), 50)
      expect(events).toEqual(['a', 'b'])
    }
  })

  it('lets go of an event that is too long before it ends, and counts it', () => {
    const { reader, events } = eventsOf([Buffer.from(`data: ${'x'.repeat(100)}`)], 50)
    expect(reader.skippedEvents).toBe(1)
    reader.push(Buffer.from('more\n\ndata: b\n\n'))
    expect(events).toEqual(['b'])
  })

  it.each([
    ['many short data lines in one chunk', 'data:x\n', Number.POSITIVE_INFINITY],
    ['many short data lines, cut everywhere', 'data:x\n', 1],
    ['one long line, cut everywhere', 'x', 1],
    ['empty data lines', 'data\n', 64],
    ['comments', ': ping\n', 3],
  ])('copies each byte of an event of %s a bounded number of times', (_name, part, pieceBytes) => {
    const copiedOf = (size: number) => {
      const bytes = Buffer.from(`data:${part.repeat(size / part.length)}`)
      return countCopiedBytes(() => {
        const reader = createEventReader(1 << 20, () => {})
        for (let at = 0; at < bytes.length; at += pieceBytes)
          reader.push(bytes.subarray(at, Math.min(bytes.length, at + pieceBytes)))
        reader.end()
      })
    }
    const [once, twice] = [copiedOf(30_000), copiedOf(60_000)]
    expect(twice).toBeLessThanOrEqual(2.5 * once + 1000) // a doubling buffer may have grown just before or after
    expect(twice).toBeLessThanOrEqual(4 * 60_000)
  })
})
