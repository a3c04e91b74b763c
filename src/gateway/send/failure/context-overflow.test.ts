import { describe, expect, it } from 'vitest'
import { isContextOverflow, mayBeContextOverflow, overflowWordings } from './context-overflow.ts'

describe('isContextOverflow', () => {
  it.each(overflowWordings)('knows $seen', ({ seen, pattern }) => {
    const message = JSON.stringify({ error: { message: seen.slice(seen.indexOf(':') + 2) } })
    expect(isContextOverflow(Buffer.from(message))).toBe(true)
    expect(pattern.test(message.toLowerCase())).toBe(true)
  })

  it.each([
    'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.',
    'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 7000.',
    'Invalid value for reasoning_effort.',
    'You exceeded your current quota.',
    '<html><title>413 Request Entity Too Large</title></html>',
    '',
  ])('does not mistake another error for it: %s', (message) => {
    expect(isContextOverflow(Buffer.from(JSON.stringify({ error: { message } })))).toBe(false)
  })

  it('reads the beginning of a long body only', () => {
    const filler = Buffer.alloc(1 << 20, 'x')
    expect(isContextOverflow(Buffer.concat([filler, Buffer.from('prompt is too long')]))).toBe(false)
    expect(isContextOverflow(Buffer.concat([Buffer.from('prompt is too long'), filler]))).toBe(true)
  })
})

it('reads answers of status 400 and 413 only', () => {
  expect([200, 400, 401, 404, 413, 422, 429, 500].filter(mayBeContextOverflow)).toEqual([400, 413])
})
