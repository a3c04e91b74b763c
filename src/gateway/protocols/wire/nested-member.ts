import type { Buffer } from 'node:buffer'
import { findMembers, setMember } from './members.ts'

const openBrace = 0x7b

/**
 * The object with a member of one of its members set, every other byte as it was: `reasoning.effort`. A member that is no
 * object, or is not there, becomes one.
 *
 * @param object UTF-8 JSON text of an object, already parsed once.
 * @param value JSON text.
 * @throws InvalidRequestError `bad-json` if it names a member more than 64 times.
 */
export function setNestedMember(object: Buffer, outer: string, inner: string, value: string): Buffer {
  const found = findOuter(object, outer)
  const changed =
    found?.[0] === openBrace
      ? setMember(found, inner, value).toString('utf8')
      : `{${JSON.stringify(inner)}:${value}}`
  return setMember(object, outer, changed)
}

/** Whether a member of one of its members is set: null counts as not set. */
export function hasNestedMember(object: Buffer, outer: string, inner: string): boolean {
  const found = findOuter(object, outer)
  if (found === null) return false
  return findMembers(found, inner).some(({ from, to }) => found.toString('latin1', from, to) !== 'null')
}

function findOuter(object: Buffer, outer: string): Buffer | null {
  const place = findMembers(object, outer).at(-1) // readers take the last
  return place === undefined ? null : object.subarray(place.from, place.to)
}
