import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestUsage } from './request-usage.ts'

const requested = (text: string) => requestUsage(Buffer.from(text))?.toString() ?? null

describe('requestUsage', () => {
  it.each([
    ['no options', '{"model":"m","n":1.0}', '{"stream_options":{"include_usage":true},"model":"m","n":1.0}'],
    ['white space', ' { "model":"m" }\n', ' {"stream_options":{"include_usage":true}, "model":"m" }\n'],
    ['null', '{"model":"m","stream_options":null}', '{"model":"m","stream_options":{"include_usage":true}}'],
    [
      'empty options',
      '{"stream_options":{ },"model":"m"}',
      '{"stream_options":{"include_usage":true },"model":"m"}',
    ],
    [
      'other options',
      '{"stream_options": {"include_obfuscation":false}, "model":"m"}',
      '{"stream_options": {"include_usage":true,"include_obfuscation":false}, "model":"m"}',
    ],
    [
      'options that say no',
      '{"model":"m","stream_options":{"a":1,"include_usage": false}}',
      '{"model":"m","stream_options":{"a":1,"include_usage": true}}',
    ],
    [
      'an escaped key',
      '{"model":"m","stream\\u005foptions":{"include_usage":false}}',
      '{"model":"m","stream\\u005foptions":{"include_usage":true}}',
    ],
    [
      'the words elsewhere',
      '{"model":"m","messages":[{"content":"\\"stream_options\\":{}","stream_options":{}}]}',
      '{"stream_options":{"include_usage":true},"model":"m","messages":[{"content":"\\"stream_options\\":{}","stream_options":{}}]}',
    ],
  ])('adds the option to a body with %s', (_what, body, expected) => {
    expect(requested(body)).toBe(expected)
    expect(JSON.parse(expected).stream_options.include_usage).toBe(true)
  })

  it.each([
    ['has it', '{"model":"m","stream_options":{"include_usage": true}}'],
    ['has options twice', '{"model":"m","stream_options":{},"stream_options":{"include_usage":false}}'],
    ['has the option twice', '{"model":"m","stream_options":{"include_usage":false,"include_usage":false}}'],
    ['has other options than an object', '{"model":"m","stream_options":[1]}'],
  ])('leaves a body alone that %s', (_what, body) => {
    expect(requested(body)).toBeNull()
  })

  it('property: changes nothing but the option', () => {
    const options = fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 2 })))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), options, fc.nat(3), (others, given, space) => {
        const body = { model: 'm', ...others, ...(given !== null && { stream_options: given }) }
        const result = requestUsage(Buffer.from(JSON.stringify(body, null, space)))
        if (result === null) return expect(given?.include_usage).toBe(true)
        const { stream_options, ...rest } = JSON.parse(result.toString())
        expect(stream_options).toEqual(JSON.parse(JSON.stringify({ ...given, include_usage: true }))) // no -0
        const { stream_options: _, ...unchanged } = JSON.parse(JSON.stringify(body))
        expect(rest).toEqual(unchanged)
      }),
      { seed: 5 },
    )
  })
})
