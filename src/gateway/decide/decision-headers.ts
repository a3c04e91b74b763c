import { Buffer } from 'node:buffer'
import type { Decision } from './decision.ts'

/**
 * Appends the `x-routellm-…` headers of a decision to `flat`, as name, value, name, value: `-model`, and, if they
 * apply, `-policy`, `-router`, `-threshold`, `-own-threshold` (what it is without pacing), `-strong-win-rate`, `-fallback`, `-session` and `-experiment` (`cheaper/treatment`). Server and client send the same.
 *
 * Names may be any text, header values may not: a name outside of visible ASCII, or with a `%`, is percent-encoded as
 * UTF-8. `decodeURIComponent` restores the name.
 */
export function appendDecisionHeaders(flat: string[], decision: Decision): void {
  flat.push('x-routellm-model', encodeHeaderText(decision.model.name))
  if (decision.kind === 'fixed-model') return
  const { policy, router, threshold } = decision
  if (policy !== null) flat.push('x-routellm-policy', encodeHeaderText(policy))
  if (router !== null) flat.push('x-routellm-router', encodeHeaderText(router))
  if (threshold !== null) flat.push('x-routellm-threshold', String(threshold))
  if (decision.experiment !== undefined)
    flat.push('x-routellm-experiment', `${decision.experiment.id}/${decision.experiment.arm}`)
  if (decision.session !== undefined) flat.push('x-routellm-session', decision.session.id)
  if (decision.kind === 'fallback') flat.push(fallbackHeader, decision.fallback)
  else {
    if (decision.ownThreshold !== undefined)
      flat.push('x-routellm-own-threshold', String(decision.ownThreshold))
    if (decision.strongWinRate !== null)
      flat.push('x-routellm-strong-win-rate', String(decision.strongWinRate))
  }
}

export const fallbackHeader = 'x-routellm-fallback'

/** Visible ASCII without `%`, with spaces inside only. */
const plainText = /^[\x21-\x24\x26-\x7e](?:[\x20-\x24\x26-\x7e]*[\x21-\x24\x26-\x7e])?$/

function encodeHeaderText(text: string): string {
  if (plainText.test(text)) return text
  return Array.from(Buffer.from(text), (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('')
}
