import { Buffer } from 'node:buffer'
import { InvalidRequestError } from '../../../errors.ts'
import { mayHaveUnicodeEscape, skipSpace } from './json-bytes.ts'
import { MemberScanner } from './member-scanner.ts'

/** Where the value of a member is: bytes `from` (inclusive) to `to` (exclusive). */
export type MemberPlace = { readonly from: number; readonly to: number }

const openBrace = 0x7b
const closeBrace = 0x7d
const comma = 0x2c
const quote = 0x22
const maxNamings = 64

/** Where the values of a member of the outermost object are, in their order: one for each time that it is named. */
export function findMembers(json: Buffer, key: string): readonly MemberPlace[] {
  if (!json.includes(`"${key}"`) && !mayHaveUnicodeEscape(json)) return nowhere
  const places: MemberPlace[] = []
  const scanner = new MemberScanner(key, {
    onPart(_chunk, from, to) {
      if (places.length <= maxNamings) places.push({ from, to })
    },
    onEnd() {},
  })
  scanner.push(json)
  return places
}

const nowhere: readonly MemberPlace[] = []

/**
 * The object with the member set, every other byte as it was. A member that is named more than once gets the value
 * everywhere, so that no reader sees another one; one that is not named becomes the first.
 *
 * @param object UTF-8 JSON text of an object, already parsed once.
 * @param value JSON text.
 * @throws InvalidRequestError `bad-json` if it names the member more than 64 times.
 */
export function setMember(object: Buffer, key: string, value: string): Buffer {
  const places = findMembers(object, key)
  if (places.length === 0) return insertMember(object, key, value)
  if (places.length > maxNamings)
    throw new InvalidRequestError(
      'bad-json',
      `The request names ${key} more than ${maxNamings} times. Name it once.`,
      { param: key },
    )
  const bytes = Buffer.from(value)
  const parts: Buffer[] = []
  let kept = 0
  for (const { from, to } of places) {
    parts.push(object.subarray(kept, from), bytes)
    kept = to
  }
  return Buffer.concat([...parts, object.subarray(kept)])
}

/**
 * The object without the member, every other byte as it was; null if it has none.
 *
 * @param object UTF-8 JSON text of an object, already parsed once.
 */
export function removeMember(object: Buffer, key: string): Buffer | null {
  let rest = object
  for (const { from, to } of findMembers(object, key).toReversed()) {
    const { nameStart } = findName(rest, from)
    const next = skipSpace(rest, to)
    const isLast = rest[next] !== comma
    const start = isLast
      ? Math.max(rest.lastIndexOf(comma, nameStart), rest.indexOf(openBrace) + 1)
      : nameStart
    rest = Buffer.concat([rest.subarray(0, start), rest.subarray(isLast ? next : skipSpace(rest, next + 1))])
  }
  return rest === object ? null : rest
}

/** The object with the member under another name, every other byte as it was; the same object if it has none. */
export function renameMember(object: Buffer, key: string, name: string): Buffer {
  let renamed = object
  for (const { from } of findMembers(object, key).toReversed()) {
    const { nameStart, nameEnd } = findName(renamed, from)
    renamed = Buffer.concat([
      renamed.subarray(0, nameStart),
      Buffer.from(JSON.stringify(name)),
      renamed.subarray(nameEnd + 1),
    ])
  }
  return renamed
}

/** The quotes of the name before a value. A name without quotes has none if it is spelled with escapes either. */
function findName(object: Buffer, from: number): { nameStart: number; nameEnd: number } {
  const nameEnd = object.lastIndexOf(quote, from - 1)
  return { nameStart: object.lastIndexOf(quote, nameEnd - 1), nameEnd }
}

function insertMember(object: Buffer, key: string, value: string): Buffer {
  const start = object.indexOf(openBrace) + 1
  const isEmpty = object[skipSpace(object, start)] === closeBrace
  const member = Buffer.from(`${JSON.stringify(key)}:${value}${isEmpty ? '' : ','}`)
  return Buffer.concat([object.subarray(0, start), member, object.subarray(start)])
}
