import { hash } from 'node:crypto'

/**
 * A number in [0, 1) that is the same for a session on every machine, and uniform and independent between different `what`: the
 * first 48 bits of SHA-256 of all three.
 *
 * @param what the experiment's id, or whatever else is drawn for the session.
 */
export function sessionFraction(seed: number, what: string, session: string): number {
  const digest = hash('sha256', `${seed}\u0000${what}\u0000${session}`, 'hex')
  return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48
}
