import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { createKeyMask } from './key-mask.ts'
import type { ReplySink } from './provider.ts'

const key = 'aab-aab-secret-key-aab'

/** What a sink receives for a reply in these chunks. */
function received(
  chunks: readonly string[],
  status = 401,
  apiKey = key,
  headers: Record<string, string> = {},
) {
  const seen = { text: '', headers: {} as Readonly<Record<string, string>>, ends: [] as string[] }
  const sink: ReplySink = {
    onHead: (_status, given) => {
      seen.headers = given
    },
    onData: (chunk) => {
      seen.text += Buffer.from(chunk).toString()
      return true
    },
    onEnd: () => seen.ends.push('end'),
    onError: (error) => seen.ends.push(error.message),
  }
  const masked = createKeyMask(apiKey)(sink)
  masked.onHead(status, headers, () => {})
  for (const chunk of chunks) masked.onData(Buffer.from(chunk))
  masked.onEnd()
  return seen
}

const mask = (apiKey: string) => '*'.repeat(apiKey.length)

describe('createKeyMask', () => {
  const reply = `{"error":"wrong key ${key}, ${key}${key}; not aab-aab-secret-key"}`
  const expected = reply.replaceAll(key, mask(key))

  it('hides the key in a reply, wherever it is cut', () => {
    for (let cut = 0; cut <= reply.length; cut++)
      expect(received([reply.slice(0, cut), reply.slice(cut)]).text).toBe(expected)
    expect(received([...reply]).text).toBe(expected)
  })

  it('passes on what only begins like the key, at the end too', () => {
    for (let length = 0; length < key.length; length++) {
      const text = `x ${key.slice(0, length)}`
      expect(received([text])).toMatchObject({ text, ends: ['end'] })
      expect(received([...text]).text).toBe(text)
    }
  })

  it('passes on what it holds before an error', () => {
    const parts: string[] = []
    const masked = createKeyMask(key)({
      onHead: () => {},
      onData: (chunk) => parts.push(Buffer.from(chunk).toString()) > 0,
      onEnd: () => {},
      onError: (error) => parts.push(error.message),
    })
    masked.onHead(500, {}, () => {})
    masked.onData(Buffer.from('x aab-'))
    masked.onError(new Error('broke off'))
    expect(parts.join('|')).toBe('x |aab-|broke off')
  })

  it('hides it in headers of every status', () => {
    for (const status of [200, 401])
      expect(received([], status, key, { 'x-echo': `Bearer ${key}`, 'x-other': 'a' }).headers).toEqual({
        'x-echo': `Bearer ${mask(key)}`,
        'x-other': 'a',
      })
  })

  it.each([
    [200, key, true],
    [401, key, true],
    [401, 'ollama-key', true],
    [200, 'ollama-key', false],
    [401, 'ollama', false],
    [200, 'ollama', false],
  ])('status %i, key %s: hidden %s', (status, apiKey, isHidden) => {
    const text = `I run on ${apiKey} here`
    expect(received([text], status, apiKey).text).toBe(isHidden ? text.replace(apiKey, mask(apiKey)) : text)
  })
})
