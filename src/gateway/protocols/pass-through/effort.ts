import type { Buffer } from 'node:buffer'
import type { Effort } from '../../../routing/catalogue/model.ts'
import { findMembers, setMember } from '../wire/members.ts'

const openBrace = 0x7b

/** The body of a Responses request with `reasoning.effort` set, every other byte as it was. */
export function setResponsesEffort(body: Buffer, effort: Effort): Buffer {
  const value = JSON.stringify(effort)
  const place = findMembers(body, 'reasoning').at(-1) // readers take the last
  const reasoning = place === undefined ? null : body.subarray(place.from, place.to)
  const changed =
    reasoning?.[0] === openBrace
      ? setMember(reasoning, 'effort', value).toString('utf8')
      : `{"effort":${value}}`
  return setMember(body, 'reasoning', changed)
}

/** Whether the client has set an effort: null counts as none. */
export function hasResponsesEffort(body: Buffer): boolean {
  const place = findMembers(body, 'reasoning').at(-1)
  if (place === undefined) return false
  const reasoning = body.subarray(place.from, place.to)
  return findMembers(reasoning, 'effort').some(
    ({ from, to }) => reasoning.toString('latin1', from, to) !== 'null',
  )
}
