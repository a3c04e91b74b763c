/**
 * Units of intervals. Beyond about so many sessions, some share a unit; units stay independent. Requests of no session are units of
 * their own, by their `seq`.
 */
export const sessionUnits = 1 << 16

/** The unit of a session, a whole number below 65,536. */
export function sessionUnit(session: string): number {
  return hashSession(session) % sessionUnits
}

/** FNV-1a, 32 bits. */
function hashSession(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  return value
}
