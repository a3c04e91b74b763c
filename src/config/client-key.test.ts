import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clientKeyHmac, createClientKeyCheck, isClientKeyHmac, newClientKey } from './client-key.ts'

describe('client keys', () => {
  it('are stored as an HMAC under their own salt', () => {
    const salt = Buffer.alloc(16, 7)
    const digest = createHmac('sha256', salt).update('secret').digest('hex')
    expect(clientKeyHmac('secret', salt)).toBe(`hmac-sha256:${'07'.repeat(16)}:${digest}`)
    expect(clientKeyHmac('secret')).not.toBe(clientKeyHmac('secret'))
  })

  it('admit the keys that were configured and no other', () => {
    const [first, second] = [newClientKey(), newClientKey()]
    const admits = createClientKeyCheck([clientKeyHmac(first), clientKeyHmac(second)])
    expect([first, second, '', 'x', first.slice(1)].map(admits)).toEqual([true, true, false, false, false])
  })

  it('are refused in the plain', () => {
    expect(isClientKeyHmac('rllm-abc')).toBe(false)
    expect(() => createClientKeyCheck(['rllm-abc'])).toThrow('routellm client-key')
  })
})
