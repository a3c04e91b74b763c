import { Buffer } from 'node:buffer'
import { skipSpace } from '../wire/json-bytes.ts'
import { findMembers } from '../wire/members.ts'

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
  const [options, anotherOptions] = findMembers(body, 'stream_options')
  if (options === undefined) return splice(body, start, start, optionsMember)
  if (anotherOptions !== undefined) return null
  const value = body.subarray(options.from, options.to)
  if (value.toString('latin1') === 'null')
    return splice(body, options.from, options.to, Buffer.from('{"include_usage":true}'))
  if (value[0] !== openBrace) return null
  const [included, anotherIncluded] = findMembers(value, 'include_usage')
  if (anotherIncluded !== undefined) return null
  if (included !== undefined) {
    if (value.toString('latin1', included.from, included.to) === 'true') return null
    return splice(body, options.from + included.from, options.from + included.to, Buffer.from('true'))
  }
  const isEmpty = value[skipSpace(value, 1)] === closeBrace
  const member = isEmpty ? usageMember : Buffer.concat([usageMember, Buffer.from(',')])
  return splice(body, options.from + 1, options.from + 1, member)
}

function splice(body: Buffer, from: number, to: number, inserted: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, from), inserted, body.subarray(to)])
}
