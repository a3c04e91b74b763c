import { Buffer } from 'node:buffer'
import type { ReasoningPlaces } from '../protocol.ts'

/** @param members names of the members of a reply that hold a model's own state. */
export function createReasoningPlaces(
  members: readonly string[],
  dropForeign: ReasoningPlaces['dropForeign'],
): ReasoningPlaces {
  return { quotedMembers: members.map((name) => Buffer.from(`"${name}"`)), dropForeign }
}
