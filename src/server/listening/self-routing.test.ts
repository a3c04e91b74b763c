import { describe, expect, it } from 'vitest'
import { describeWith, requirement } from '../../../test/support/requirement.ts'
import { isOwnAddress } from './self-routing.ts'

const thisMachine = await requirement('network address')

describe('isOwnAddress', () => {
  it.each([
    ['http://127.0.0.1:6060/v1', '127.0.0.1', true],
    ['http://localhost:6060', '127.0.0.1', true],
    ['http://[::1]:6060/v1', 'localhost', true],
    ['http://localhost:6060', '0.0.0.0', true],
    ['http://[::ffff:127.0.0.1]:6060', '127.0.0.1', true],
    ['http://[::ffff:127.0.0.1]:6060', '0.0.0.0', true],
    ['http://[::FFFF:7f00:1]:6060', 'localhost', true],
    ['http://[::ffff:0.0.0.0]:6060', '127.0.0.1', true],
    ['http://[::ffff:10.0.0.1]:6060', '127.0.0.1', false],
    ['http://2130706433:6060', '127.0.0.1', true],
    ['http://0x7f.1:6060', '127.0.0.1', true],
    ['http://0:6060', '127.0.0.1', true],
    ['http://LOCALHOST.:6060', '127.0.0.1', true],
    ['http://gateway.localhost:6060', '127.0.0.1', true],
    ['http://localhost.example.com:6060', '127.0.0.1', false],
    ['http://127.0.0.1:6061', '127.0.0.1', false],
    ['https://api.openai.com/v1', '0.0.0.0', false],
    ['http://10.255.255.1:6060', '127.0.0.1', false],
    ['http://127.0.0.1:6060', '10.255.255.1', false],
    ['http://10.255.255.1:6060', '10.255.255.1', true],
  ])('%s with a server on %s:6060 → %s', (url, host, expected) => {
    expect(isOwnAddress(new URL(url), host, 6060)).toBe(expected)
  })

  it('knows the ports that a URL leaves out', () => {
    expect(isOwnAddress(new URL('http://localhost/v1'), '127.0.0.1', 80)).toBe(true)
    expect(isOwnAddress(new URL('https://localhost/v1'), '127.0.0.1', 443)).toBe(true)
  })

  describeWith(thisMachine, 'a server that listens on all addresses', (address) => {
    it('has those of this machine', () => {
      expect(isOwnAddress(new URL(`http://${address}:6060`), '0.0.0.0', 6060)).toBe(true)
      expect(isOwnAddress(new URL(`http://${address}:6060`), '127.0.0.1', 6060)).toBe(false)
    })
  })
})
