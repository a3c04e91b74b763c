import { Buffer } from 'node:buffer'
import { mayHaveUnicodeEscape, skipSpace } from '../wire/json-bytes.ts'
import { MemberScanner } from '../wire/member-scanner.ts'

const optionsKey = Buffer.from('"stream_options"')
const openBrace = 0x7b
const closeBrace = 0x7d
const optionsMember = Buffer.from('"stream_options":{"include_usage":true},')
const usageMember = Buffer.from('"include_usage":true')

/**
 * The body with `stream_options.include_usage` true, every other byte as it was; null if it is true already, or if the
 * body has `stream_options` more than once or as anything but an object or null.
 *
 * @param body UTF-8 JSON text of an object with members, already parsed once.
 */
export function requestUsage(body: Buffer): Buffer | null {
  const start = skipSpace(body, 0) + 1
  const options =
    body.includes(optionsKey) || mayHaveUnicodeEscape(body) ? findMember(body, 'stream_options') : null
  if (options === null) return splice(body, start, start, optionsMember)
  if (options === 'several') return null
  const value = body.subarray(options.from, options.to)
  if (value.toString('latin1') === 'null')
    return splice(body, options.from, options.to, Buffer.from('{"include_usage":true}'))
  if (value[0] !== openBrace) return null
  const included = findMember(value, 'include_usage')
  if (included === 'several') return null
  if (included !== null) {
    if (value.toString('latin1', included.from, included.to) === 'true') return null
    return splice(body, options.from + included.from, options.from + included.to, Buffer.from('true'))
  }
  const isEmpty = value[skipSpace(value, 1)] === closeBrace
  const member = isEmpty ? usageMember : Buffer.concat([usageMember, Buffer.from(',')])
  return splice(body, options.from + 1, options.from + 1, member)
}

/** Where the value of a top-level member is; null if there is no such member. */
function findMember(
  json: Buffer,
  key: string,
): { readonly from: number; readonly to: number } | 'several' | null {
  const found: { from: number; to: number }[] = []
  const scanner = new MemberScanner(key, {
    onPart(_chunk, from, to) {
      if (found.length < 2) found.push({ from, to })
    },
    onEnd() {},
  })
  scanner.push(json)
  return found.length > 1 ? 'several' : (found[0] ?? null)
}

function splice(body: Buffer, from: number, to: number, inserted: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, from), inserted, body.subarray(to)])
}
