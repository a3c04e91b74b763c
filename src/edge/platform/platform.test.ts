import * as nodeBuffer from 'node:buffer'
import * as nodeCrypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ownBuffer from './buffer.ts'
import * as ownCrypto from './crypto.ts'

const { Buffer: Node } = nodeBuffer
const { Buffer: Own } = ownBuffer

/** Texts with surrogates, alone and in pairs. */
const text = fc.string({ unit: 'binary', maxLength: 40 })
const bytes = fc.uint8Array({ maxLength: 60 })
const encodings = ['utf8', 'latin1', 'base64', 'base64url', 'hex'] as const
const asArray = (value: Uint8Array) => [...value]

describe('the Buffer of the bundle', () => {
  it('converts texts and bytes as that of Node does', () =>
    fc.assert(
      fc.property(text, bytes, fc.constantFrom(...encodings), (given, raw, encoding) => {
        expect(asArray(Own.from(given))).toEqual(asArray(Node.from(given)))
        expect(Own.byteLength(given)).toBe(Node.byteLength(given))
        const [own, node] = [Own.from(raw), Node.from(raw)]
        expect(own.toString(encoding)).toBe(node.toString(encoding))
        expect(own.toString(encoding, 2, 9)).toBe(node.toString(encoding, 2, 9))
        const written = node.toString(encoding)
        expect(asArray(Own.from(written, encoding))).toEqual(asArray(Node.from(written, encoding)))
        expect(ownBuffer.isUtf8(raw)).toBe(nodeBuffer.isUtf8(raw))
      }),
    ))

  it('searches, joins and cuts as that of Node does', () =>
    fc.assert(
      fc.property(bytes, fc.uint8Array({ minLength: 1, maxLength: 2 }), fc.nat(20), (raw, part, at) => {
        const [own, node] = [Own.from(raw), Node.from(raw)]
        expect(own.indexOf(Own.from(part), at)).toBe(node.indexOf(Node.from(part), at))
        expect(own.indexOf(part[0]!, at)).toBe(node.indexOf(part[0]!, at))
        expect(own.includes(Own.from(part))).toBe(node.includes(Node.from(part)))
        expect(asArray(Own.concat([own, Own.from(part)]))).toEqual(asArray(Node.concat([node, part])))
        const view = own.subarray(at)
        expect(Own.isBuffer(view)).toBe(true)
        expect(asArray(view)).toEqual(asArray(node.subarray(at)))
        expect(own.equals(Own.from(raw))).toBe(true)
        const [ownTarget, nodeTarget] = [Own.alloc(12), Node.alloc(12)]
        expect(own.copy(ownTarget, 1, 0, 5)).toBe(node.copy(nodeTarget, 1, 0, 5))
        expect(ownTarget.write('é!', 3)).toBe(nodeTarget.write('é!', 3))
        expect(asArray(ownTarget)).toEqual(asArray(nodeTarget))
      }),
    ))

  it('keeps a byte order mark', () => {
    expect(Own.from([0xef, 0xbb, 0xbf, 0x61]).toString()).toBe('\ufeffa')
  })

  it('keeps the memory of an array buffer', () => {
    const memory = new Uint8Array([1, 2, 3, 4])
    const view = Own.from(memory.buffer, 1, 2)
    memory[1] = 9
    expect(asArray(view)).toEqual([9, 3])
  })
})

describe('the crypto of the bundle', () => {
  it('hashes as that of Node does', () =>
    fc.assert(
      fc.property(text, bytes, fc.constantFrom('hex', 'base64url'), (given, key, encoding) => {
        expect(ownCrypto.hash('sha256', given, encoding)).toBe(nodeCrypto.hash('sha256', given, encoding))
        expect(ownCrypto.createHash('sha256').update(given).update(key).digest(encoding)).toBe(
          nodeCrypto.createHash('sha256').update(given).update(key).digest(encoding),
        )
        expect(asArray(ownCrypto.createHmac('sha256', key).update(given).digest() as Uint8Array)).toEqual(
          asArray(nodeCrypto.createHmac('sha256', key).update(given).digest()),
        )
      }),
    ))

  it('compares, and refuses other hashes', () => {
    expect(ownCrypto.timingSafeEqual(Own.from('ab'), Own.from('ab'))).toBe(true)
    for (const other of ['ac', 'cb'])
      expect(ownCrypto.timingSafeEqual(Own.from('ab'), Own.from(other))).toBe(false)
    expect(() => ownCrypto.timingSafeEqual(Own.from('a'), Own.from('ab'))).toThrow(RangeError)
    expect(() => ownCrypto.hash('md5', 'x')).toThrow('md5')
    expect(ownCrypto.randomBytes(6)).toHaveLength(6)
  })
})
