import { Buffer } from 'node:buffer'
import type { OpaqueState } from './parts.ts'

/**
 * Lets a client of one protocol carry the state of a model that speaks another: where the protocol has a place for opaque
 * text of its own (`encrypted_content` in Responses, `signature` in Messages), the text says which form it is of.
 *
 * @param ownForm the form that is written there as it is.
 * @returns `routellm:` form `:` item's id `:` call's id `:` value, the first three escaped as in an address; or the value itself.
 */
export function packState(state: OpaqueState, ownForm: string, callId = ''): string {
  if (state.form === ownForm && callId === '' && !state.value.startsWith(mark)) return state.value
  const names = [state.form, state.id ?? '', callId].map(escapeName)
  return `${mark}${names.join(':')}:${state.value}`
}

/** What `packState` wrote. `callId`: of the call that the state belongs to; '' if it belongs to the part that carries it. */
export function unpackState(text: string, ownForm: string): { state: OpaqueState; callId: string } {
  const match = text.startsWith(mark) ? /^routellm:([^:]*):([^:]*):([^:]*):/.exec(text) : null
  if (match === null) return { state: { form: ownForm, value: text }, callId: '' }
  const [form, id, callId] = [match[1]!, match[2]!, match[3]!].map(unescapeName) as [string, string, string]
  const value = text.slice(match[0].length)
  return { state: { form, value, ...(id !== '' && { id }) }, callId }
}

/** Whether the text is the state of another protocol's model. A model of the protocol itself cannot read it. */
export function isPackedState(text: string): boolean {
  return text.startsWith(mark)
}

const mark = 'routellm:'

/** UTF-8 and back first, since half of a surrogate pair cannot be escaped. */
function escapeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString())
}

function unescapeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
