import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { expect, it, vi } from 'vitest'
import { clientKeyHmac } from '../../config/client-key.ts'
import { createRevokedKeys } from './revoked-keys.ts'

const secretOf = (name: string) => `key-of-${name}-0123456789`
const keyOf = (name: string) => ({ name, hmac: clientKeyHmac(secretOf(name)), pacing: true })

it('knows the keys that were served and are not any more', () => {
  const [web, app] = [keyOf('web'), keyOf('app')]
  const keys = createRevokedKeys(() => 0)
  keys.serve([web, app])
  expect(keys.find(secretOf('web'))).toBe(null)
  keys.serve([app])
  expect(keys.find(secretOf('web'))).toBe('web')
  expect(keys.find(secretOf('app'))).toBe(null)
  expect(keys.find(secretOf('another'))).toBe(null)
  keys.serve([])
  expect([keys.find(secretOf('web')), keys.find(secretOf('app'))]).toEqual(['web', 'app'])
  keys.serve([web])
  expect([keys.find(secretOf('web')), keys.find(secretOf('app'))]).toEqual([null, 'app'])
})

it('knows the key that another one of the same name has replaced', () => {
  const keys = createRevokedKeys(() => 0)
  keys.serve([keyOf('web')])
  keys.serve([{ ...keyOf('web'), hmac: clientKeyHmac('a-new-key-of-web-0123') }])
  expect(keys.find(secretOf('web'))).toBe('web')
  expect(keys.find('a-new-key-of-web-0123')).toBe(null)
})

it('forgets the oldest beyond 16', () => {
  const keys = createRevokedKeys(() => 0)
  const all = Array.from({ length: 17 }, (_, index) => keyOf(`k${index}`))
  keys.serve(all)
  keys.serve([])
  expect([keys.find(secretOf('k0')), keys.find(secretOf('k1'))]).toEqual([null, 'k1'])
})

it('counts what was refused by name, as long as it knows the key', () => {
  let now = 5
  const keys = createRevokedKeys(() => now)
  keys.serve([keyOf('web'), keyOf('app')])
  expect(keys.list()).toEqual([])
  keys.serve([keyOf('app')])
  expect(keys.list()).toContainEqual({ name: 'web', refused: 0, lastRefused: null })
  keys.countRefusal('web')
  now = 7
  keys.countRefusal('web')
  expect(keys.list()).toContainEqual({ name: 'web', refused: 2, lastRefused: 7 })
  const many = Array.from({ length: 16 }, (_, index) => keyOf(`k${index}`))
  keys.serve(many)
  keys.serve([])
  expect(keys.list()).toEqual(many.map(({ name }) => ({ name, refused: 0, lastRefused: null })))
})

it('makes no HMAC for a key that it has looked up', () => {
  const keys = createRevokedKeys(() => 0)
  keys.serve(Array.from({ length: 16 }, (_, index) => keyOf(`k${index}`)))
  keys.serve([])
  const count = vi.spyOn(crypto, 'createHmac')
  syncBuiltinESMExports()
  const hmacsOf = (presented: string) => {
    count.mockClear()
    keys.find(presented)
    return count.mock.calls.length
  }
  expect([hmacsOf(secretOf('k3')), hmacsOf(secretOf('k3'))]).toEqual([16, 0])
  expect([hmacsOf(secretOf('nobody')), hmacsOf(secretOf('nobody'))]).toEqual([16, 0])
  for (let index = 0; index < 64; index++) hmacsOf(secretOf(`guess-${index}`))
  expect(hmacsOf(secretOf('nobody'))).toBe(16)
  count.mockRestore()
  syncBuiltinESMExports()
})
