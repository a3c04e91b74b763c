import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { Model } from '../../routing/catalogue/model.ts'
import type { OpaqueState } from '../protocols/common/parts.ts'

/**
 * A model's reasoning leaves a translation sealed: with a mark of the model that made it, in the place where the client's
 * protocol keeps such state. Clients send it back as it came; opened for the model that made it, it is what that model
 * wrote, byte for byte. No other model gets it.
 *
 * `packState` (`protocols/common/carried-state.ts`) has a mark of another kind around it where a place for state belongs to
 * another part than the state does: which form, item and call it is of. A protocol knows these and no models, and this
 * file knows the model and no places, so neither mark can say what the other does.
 *
 * It is marked, not encrypted: it holds nothing that the client may not have.
 */
const prefix = 'rllm1.'

/** @param form where the client's protocol keeps state. @param state null for reasoning that is text alone. */
export function sealState(model: Model, form: string, state: OpaqueState | null): OpaqueState {
  const content =
    state === null ? [markOf(model)] : [markOf(model), state.form, state.value, state.id ?? null]
  return { form, value: prefix + Buffer.from(JSON.stringify(content)).toString('base64url') }
}

/** `foreign`: another model made it, or nobody knows who did. `own`: its state, null if it is text alone. */
export type OpenedState =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'own'; readonly state: OpaqueState | null }

export function openState(model: Model, { value }: OpaqueState): OpenedState {
  const content = value.startsWith(prefix) ? parse(value.slice(prefix.length)) : null
  if (!Array.isArray(content) || content[0] !== markOf(model)) return foreign
  const [, form, own, id] = content as readonly unknown[]
  if (typeof form !== 'string' || typeof own !== 'string') return { kind: 'own', state: null }
  return { kind: 'own', state: { form, value: own, ...(typeof id === 'string' && { id }) } }
}

const foreign: OpenedState = { kind: 'foreign' }

/** The same for every effort: the state is the model's. */
function markOf({ provider, upstream }: Model): string {
  return hash('sha256', `${provider}/${upstream}`, 'base64url').slice(0, 12)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

/** Whether the text is the state of a model behind a translation. */
export function isSealedState(text: string): boolean {
  return text.startsWith(prefix)
}
