import { expect, it } from 'vitest'
import { clientKeyHmac } from '../../config/client-key.ts'
import { createRevokedKeys } from './revoked-keys.ts'

const secretOf = (name: string) => `key-of-${name}-0123456789`
const keyOf = (name: string) => ({ name, hmac: clientKeyHmac(secretOf(name)), pacing: true })

it('knows the keys that were served and are not any more', () => {
  const [web, app] = [keyOf('web'), keyOf('app')]
  const keys = createRevokedKeys()
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
  const keys = createRevokedKeys()
  keys.serve([keyOf('web')])
  keys.serve([{ ...keyOf('web'), hmac: clientKeyHmac('a-new-key-of-web-0123') }])
  expect(keys.find(secretOf('web'))).toBe('web')
  expect(keys.find('a-new-key-of-web-0123')).toBe(null)
})

it('forgets the oldest beyond 100', () => {
  const keys = createRevokedKeys()
  const all = Array.from({ length: 101 }, (_, index) => keyOf(`k${index}`))
  keys.serve(all)
  keys.serve([])
  expect([keys.find(secretOf('k0')), keys.find(secretOf('k1'))]).toEqual([null, 'k1'])
})
