import type { Buffer } from 'node:buffer'
import type { Effort } from '../../../routing/catalogue/model.ts'
import { findMembers, setMember } from '../wire/members.ts'

const key = 'reasoning_effort'

/** The body with `reasoning_effort` set, every other byte as it was. */
export function setEffort(body: Buffer, effort: Effort): Buffer {
  return setMember(body, key, JSON.stringify(effort))
}

/** Whether the client has set an effort: null counts as none. */
export function hasEffort(body: Buffer): boolean {
  return findMembers(body, key).some(({ from, to }) => body.toString('latin1', from, to) !== 'null')
}
