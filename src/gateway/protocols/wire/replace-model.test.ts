import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBytes } from '../../../../test/support/streams/counted-bytes.ts'
import { findTopLevelContainerEnd } from './json-bytes.ts'
import { MemberScanner } from './member-scanner.ts'
import { replaceModel } from './replace-model.ts'

const replaced = (text: string, model = 'new') => replaceModel(Buffer.from(text), model).toString()

describe('replaceModel', () => {
  it.each([
    ['{"model":"old"}', '{"model":"new"}'],
    [' { "model" : "old" , "n" : 1.0 } ', ' { "model" : "new" , "n" : 1.0 } '],
    ['{"messages":[{"model":"x"}],"model":"old"}', '{"messages":[{"model":"x"}],"model":"new"}'],
    ['{"model":"a","model":"b"}', '{"model":"new","model":"new"}'],
    ['{"model":5,"model":"b"}', '{"model":"new","model":"new"}'],
    ['{"model":{"model":"x"},"model":[1,"}"]}', '{"model":"new","model":"new"}'],
    ['{"model":null\n,"a":1,"a":2}', '{"model":"new"\n,"a":1,"a":2}'],
    [String.raw`{"mod\u0065l":"old\"\\"}`, String.raw`{"mod\u0065l":"new"}`],
    [String.raw`{"a":"\\","model":"old"}`, String.raw`{"a":"\\","model":"new"}`],
    [String.raw`{"a":"\"model\":\"x\"","model":"old"}`, String.raw`{"a":"\"model\":\"x\"","model":"new"}`],
    ['{"model_":"a","xmodel":"b","Model":"c"}', '{"model_":"a","xmodel":"b","Model":"c"}'],
    [
      '{"big":123456789012345678901234567890,"f":1.0,"e":1E2,"model":"old"}',
      '{"big":123456789012345678901234567890,"f":1.0,"e":1E2,"model":"new"}',
    ],
    ['{"a":{"model":"x"},"model":"old","b":"model"}', '{"a":{"model":"x"},"model":"new","b":"model"}'],
    ['{"model":false}', '{"model":"new"}'],
  ])('%s', (before, after) => {
    expect(replaced(before)).toBe(after)
  })

  it('writes the name as JSON', () => {
    expect(replaced('{"model":"x"}', 'a"b\\c é')).toBe(String.raw`{"model":"a\"b\\c é"}`)
  })

  it('property: parses to the same object with only the model changed, whatever stands around it', () => {
    const json = fc.dictionary(fc.oneof(fc.constant('model'), fc.string({ unit: 'binary' })), fc.jsonValue())
    fc.assert(
      fc.property(
        json,
        fc.constantFrom(undefined, 1, '\t'),
        fc.string({ unit: 'binary' }),
        (object, indent, name) => {
          const text = JSON.stringify(object, null, indent)
          const after = JSON.parse(replaceModel(Buffer.from(text), name).toString('utf8'))
          const expected = JSON.parse(text)
          if (Object.hasOwn(expected, 'model')) expected.model = name
          expect(after).toEqual(expected)
        },
      ),
      { seed: 1, numRuns: 500 },
    )
  })
})

describe('MemberScanner', () => {
  function values(key: string, chunks: readonly Buffer[]): string[] {
    const found: string[] = []
    let parts: Buffer[] = []
    const scanner = new MemberScanner(key, {
      onPart: (chunk, from, to) => parts.push(chunk.subarray(from, to)),
      onEnd: () => {
        found.push(Buffer.concat(parts).toString())
        parts = []
      },
    })
    for (const chunk of chunks) scanner.push(chunk)
    return found
  }

  it('property: any split of the bytes gives the same values', () => {
    const keys = fc.constantFrom('usage', 'us\\age', 'choices', '"', '')
    const json = fc.dictionary(keys, fc.jsonValue())
    fc.assert(
      fc.property(
        json,
        fc.constantFrom('usage', 'us\\age', '"', ''),
        fc.array(fc.nat(60)),
        (object, key, sizes) => {
          const bytes = Buffer.from(JSON.stringify(object, null, 1))
          const chunks: Buffer[] = []
          let at = 0
          for (const size of sizes) {
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          chunks.push(bytes.subarray(at))
          const expected = Object.hasOwn(object, key) ? [object[key]] : []
          expect(values(key, chunks).map((text) => JSON.parse(text))).toEqual(
            JSON.parse(JSON.stringify(expected)),
          )
        },
      ),
      { seed: 2, numRuns: 500 },
    )
  })

  it('property: never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        values(
          'usage',
          chunks.map((chunk) => Buffer.from(chunk)),
        )
      }),
      { seed: 3 },
    )
  })

  it('finds nothing in an array at the top', () => {
    expect(values('usage', [Buffer.from('["usage",{"usage":1},"usage"]')])).toEqual([])
  })
})

describe('the work of a scan', () => {
  const shapes: readonly [string, (size: number) => string][] = [
    ['brackets', (size) => `{"usage":${'['.repeat(size)}`],
    ['quotes in an open string', (size) => `{"a":"${'\\"'.repeat(size / 2)}`],
    ['backslashes', (size) => `{"a":"${'\\'.repeat(size)}"}`],
    ['short keys', (size) => `{${'"a":0,'.repeat(size / 6)}"usage":{}}`],
    ['the key again and again', (size) => `{${'"usage":{},'.repeat(size / 11)}"z":0}`],
    ['a key without end', (size) => `{"${'u'.repeat(size)}`],
    ['escaped keys', (size) => `{${'"\\u0075sage":1,'.repeat(size / 15)}"z":0}`],
  ]
  const doubles = (work: (size: number) => number) => {
    const [once, twice] = [work(20_000), work(40_000)]
    expect(twice).toBeLessThanOrEqual(2.1 * once + 500)
    expect(twice).toBeLessThanOrEqual(6 * 40_000)
  }

  it.each(shapes)('is linear for %s, in one piece and in many', (_name, make) => {
    for (const pieceBytes of [Number.POSITIVE_INFINITY, 7])
      doubles((size) => {
        const { bytes, touched } = countBytes(Buffer.from(make(size)))
        const scanner = new MemberScanner('usage', { onPart() {}, onEnd() {} })
        for (let at = 0; at < bytes.length; at += pieceBytes)
          scanner.push(bytes.subarray(at, Math.min(bytes.length, at + pieceBytes)))
        return touched()
      })
  })

  it.each(shapes)('is linear for %s, if the end of a container is searched', (_name, make) => {
    doubles((size) => {
      const { bytes, touched } = countBytes(Buffer.from(make(size)))
      findTopLevelContainerEnd(bytes, 0)
      findTopLevelContainerEnd(bytes, 1)
      return touched()
    })
  })
})
