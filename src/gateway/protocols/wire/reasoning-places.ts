import { Buffer } from 'node:buffer'
import type { ReasoningPlaces } from '../protocol.ts'

/** @param members names of the members of a reply that hold a model's own state: letters and `_`. */
export function createReasoningPlaces(
  members: readonly string[],
  dropForeign: ReasoningPlaces['dropForeign'],
): ReasoningPlaces {
  const quoted = members.map((name) => `"${name}"`)
  return {
    quotedMembers: quoted.map((name) => Buffer.from(name)),
    memberPattern: new RegExp(quoted.join('|'), 'g'),
    longestMember: Math.max(...quoted.map(({ length }) => length)),
    dropForeign,
  }
}
