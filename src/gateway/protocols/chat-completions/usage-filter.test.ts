import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countCopiedBytes } from '../../../../test/support/streams/counted-bytes.ts'
import { createUsageFilter } from './usage-filter.ts'

const usage = { prompt_tokens: 3, completion_tokens: 2 }
const usageChunk = { id: 'c', object: 'chat.completion.chunk', choices: [], usage }
const event = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`

function filtered(chunks: readonly Buffer[]): string {
  const filter = createUsageFilter()
  const passed = chunks.map((chunk) => {
    const own = Buffer.from(chunk)
    const bytes = Buffer.from(filter.push(own))
    own.fill(0x2a)
    return bytes
  })
  return Buffer.concat([...passed, filter.end()]).toString()
}

function cut(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...chunks, bytes.subarray(at)]
}

const kept = fc.constantFrom(
  event({ id: 'c', choices: [{ delta: { content: 'é🙂' } }], usage: null }),
  event({ choices: [{ delta: {}, finish_reason: 'stop' }], usage }),
  event({ choices: [], usage: null, prompt_filter_results: [] }),
  event({ choices: [{ delta: { tool_calls: [] } }] }),
  event('[DONE]'),
  event('{"choices":[],"usage":'),
  ': ping\n\n',
  ': keep-alive\n',
  'event: x\nid: 1\n\n',
  'data: a\ndata: b\n\n',
  '\n',
)
const left = fc.constantFrom(
  event(usageChunk),
  event(JSON.stringify(usageChunk, null, 1).replaceAll('\n', ' ')),
  `event: message\nid: 7\n${event(usageChunk)}`,
  `data:${JSON.stringify(usageChunk)}\n\n`,
)

describe('createUsageFilter', () => {
  it('property: leaves out the chunks that have only usage, and no other byte, however the bytes are cut', () => {
    const part = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constant(true), kept) },
      fc.tuple(fc.constant(false), left),
    )
    const ends = fc.constantFrom('\n', '\r\n')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(60)), ends, (parts, sizes, end) => {
        const join = (some: typeof parts) => some.map(([, text]) => text.replaceAll('\n', end)).join('')
        const given = join(parts)
        const expected = join(parts.filter(([isKept]) => isKept))
        expect(filtered(cut(given, sizes))).toBe(expected)
        expect(filtered(cut(given, Array(Buffer.byteLength(given)).fill(1)))).toBe(expected)
      }),
      { seed: 11 },
    )
  })

  it('passes an event at once when it is whole, and a comment at the end of its line', () => {
    const filter = createUsageFilter()
    const first = event({ choices: [{ delta: { content: 'a' } }] })
    expect(filter.push(Buffer.from(first)).toString()).toBe(first)
    expect(filter.push(Buffer.from(': ping\n')).toString()).toBe(': ping\n')
    expect(filter.push(Buffer.from('data: {"choi')).toString()).toBe('')
    expect(filter.push(Buffer.from('ces":[1]}\n\n')).toString()).toBe('data: {"choices":[1]}\n\n')
  })

  it('passes an unfinished event at the end, and a long one as it comes', () => {
    expect(filtered([Buffer.from('data: {"choices":[')])).toBe('data: {"choices":[')
    expect(filtered([Buffer.from(event(usageChunk).trimEnd())])).toBe('')
    const long = event({ choices: [], usage, text: 'x'.repeat(40_000) })
    expect(filtered(cut(long + event(usageChunk), Array(50).fill(1000)))).toBe(long)
  })

  it.each([1, 100])('copies each byte a bounded number of times (%i bytes a piece)', (pieceBytes) => {
    const copiedOf = (size: number) => {
      const bytes = Buffer.from(`data: ${'[]x'.repeat(size / 3)}`)
      return countCopiedBytes(() => {
        const filter = createUsageFilter()
        for (let at = 0; at < bytes.length; at += pieceBytes) filter.push(bytes.subarray(at, at + pieceBytes))
        filter.end()
      })
    }
    const [once, twice] = [copiedOf(30_000), copiedOf(60_000)]
    expect(twice).toBeLessThanOrEqual(2.5 * once + 1000)
    expect(twice).toBeLessThanOrEqual(6 * 60_000)
  })
})
