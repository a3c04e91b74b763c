import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  clientKeyHmac,
  createClientKeyFinder,
  isClientKeyHmac,
  newClientKey,
  saltBeside,
} from './client-key.ts'

const key = 'a-key-of-a-client'

/** The entry that another program could write for any key, however weak. */
function foreignEntry(weak: string): string {
  const salt = Buffer.alloc(16, 7)
  return `hmac-sha256:${salt.toString('hex')}:${createHmac('sha256', salt).update(weak).digest('hex')}`
}

describe('client keys', () => {
  it('are stored as an HMAC under their own salt', () => {
    expect(clientKeyHmac(key, Buffer.alloc(16, 7))).toBe(foreignEntry(key))
    expect(clientKeyHmac(key)).not.toBe(clientKeyHmac(key))
  })

  it('are found by the secret, and by no other', () => {
    const [first, second] = [newClientKey(), newClientKey()]
    const find = createClientKeyFinder([clientKeyHmac(first), clientKeyHmac(second)])
    expect([first, second, '', 'x', first.slice(1)].map(find)).toEqual([0, 1, -1, -1, -1])
  })

  it('are found among others of the same salt, and of other salts', () => {
    const keys = Array.from({ length: 6 }, newClientKey)
    const entries: string[] = []
    for (const each of keys.slice(0, 3)) entries.push(clientKeyHmac(each, saltBeside(entries)))
    for (const each of keys.slice(3)) entries.push(clientKeyHmac(each))
    const salts = entries.map((entry) => entry.split(':')[1])
    expect(new Set(salts.slice(0, 3)).size).toBe(1)
    expect(new Set(salts).size).toBe(4)
    expect(keys.map(createClientKeyFinder(entries))).toEqual([0, 1, 2, 3, 4, 5])
    expect(createClientKeyFinder(entries)(newClientKey())).toBe(-1)
  })

  it('are the last of several entries of one secret, whatever their salts', () => {
    const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
    const find = createClientKeyFinder([one, other, one].map((salt) => clientKeyHmac(key, salt)))
    expect(find(key)).toBe(2)
  })

  it.each([
    ['', '0 characters'],
    ['x', '1 character'],
    ['fifteen-letters', '15 characters'],
    ['a key with spaces in it', 'a space'],
    ['a-key-with-a-line-break\n', 'a line break'],
    ['a-key-with-a-ü-in-it', 'outside of ASCII'],
    ['x'.repeat(1025), '1025 characters'],
  ])('that are weak or cannot be sent are refused, and not shown: %j', (weak, problem) => {
    let message = ''
    try {
      clientKeyHmac(weak)
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain(problem)
    expect(message).toContain('16 to 1024')
    if (weak.length > 1) expect(message).not.toContain(weak)
    expect(createClientKeyFinder([foreignEntry(weak)])(weak)).toBe(-1)
  })

  it('are refused in the plain', () => {
    expect(isClientKeyHmac('rllm-abc')).toBe(false)
    expect(() => createClientKeyFinder(['rllm-abc'])).toThrow('routellm client-key')
  })
})
