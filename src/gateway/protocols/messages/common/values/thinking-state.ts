import { packState, unpackState } from '../../../common/carried-state.ts'
import type { OpaqueState } from '../../../common/parts.ts'

const signatureForm = 'messages.signature'
const redactedForm = 'messages.redacted'

/** The state of a `thinking` block of an upstream's reply, whose signature is its own affair. Null: it has none. */
export function readUpstreamSignature(signature: unknown): OpaqueState | null {
  return typeof signature === 'string' && signature !== '' ? { form: signatureForm, value: signature } : null
}

/** What the `signature` of a client's `thinking` block says. A state of null: the text is all there is. */
export function readSignature(signature: string): {
  readonly state: OpaqueState | null
  /** The call whose state it is; '' if it is the block's own. */
  readonly callId: string
} {
  return signature === '' ? { state: null, callId: '' } : unpackState(signature, signatureForm)
}

/**
 * The `signature` of a `thinking` block. The state of another protocol's model goes in it to the client, which sends it
 * back with the next turn as it would Anthropic's.
 *
 * @param callId of the call whose state it is: Messages has no place for one, so a block without text carries it.
 */
export function writeSignature(state: OpaqueState | null, callId = ''): string {
  return state === null ? '' : packState(state, signatureForm, callId)
}

/** The state of a `redacted_thinking` block by its `data`. */
export function readRedactedData(data: string): OpaqueState {
  return { form: redactedForm, value: data }
}

/** The `data` of a `redacted_thinking` block that carries a state; null if it is no such state. */
export function findRedactedData(state: OpaqueState | null): string | null {
  return state?.form === redactedForm ? state.value : null
}

/** Anthropic's own signature; null for another model's state. */
export function findSignature(state: OpaqueState | null): string | null {
  return state?.form === signatureForm ? state.value : null
}
