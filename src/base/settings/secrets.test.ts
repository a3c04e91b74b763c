import { describe, expect, it } from 'vitest'
import { findHeaderProblem, readApiKey } from './secrets.ts'

describe('readApiKey', () => {
  it('gives the key, and undefined for none', () => {
    expect(readApiKey({ K: 'sk-abc' }, 'K')).toBe('sk-abc')
    expect(readApiKey({ K: '' }, 'K')).toBeUndefined()
    expect(readApiKey({}, 'K')).toBeUndefined()
  })

  it.each([
    ['planted-key\n', 'ends with a line break'],
    ['planted-key\r\n', 'ends with a line break'],
    ['planted\nkey', 'a line break in it'],
    [' planted-key', 'begins or ends with white space'],
    ['planted key', 'white space in it'],
    ['planted-kéy', 'outside of ASCII'],
    ['planted\u200bkey', 'outside of ASCII'],
    ['\n', 'a line break'],
  ])('%j is refused by the name of its variable, and not shown', (key, problem) => {
    let message = ''
    try {
      readApiKey({ MY_KEY: key }, 'MY_KEY')
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-api-key', param: 'MY_KEY' })
      message = String(error)
    }
    expect(message).toContain(`MY_KEY ${problem.slice(0, 1)}`.slice(0, 6))
    expect(message).toContain(problem)
    expect(message).not.toContain('planted')
  })
})

describe('findHeaderProblem', () => {
  it.each([
    ['x-title', 'my app'],
    ['HTTP-Referer', 'https://example.com'],
    ['x-empty', ''],
    ['x-latin', 'Grüße'],
  ])('%s: %s is good', (name, value) => {
    expect(findHeaderProblem(name, value)).toBeNull()
  })

  it.each([
    ['x title', 'a', 'not the name of a header'],
    ['', 'a', 'not the name of a header'],
    ['x:y', 'a', 'not the name of a header'],
    ['x-ü', 'a', 'not the name of a header'],
    ['x-title', 'planted\nx: y', 'cannot carry'],
    ['x-title', 'planted\u0000', 'cannot carry'],
    ['x-title', 'planted 北京', 'cannot carry'],
    ...[
      'Connection',
      'host',
      'Content-Length',
      'transfer-encoding',
      'TE',
      'upgrade',
      'proxy-authorization',
    ].map((name) => [name, 'planted', 'belongs to the connection']),
  ])('%j: %j is not', (name, value, problem) => {
    expect(findHeaderProblem(name!, value!)).toContain(problem)
    expect(findHeaderProblem(name!, value!)).not.toContain('planted')
  })
})
