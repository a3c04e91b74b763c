import { type JsonObject, objectOf } from '../../common/json-fields.ts'
import type { OpaqueState } from '../../common/parts.ts'
import { toText } from './json-values.ts'

/** The form of the state that chat clients keep: that of a call, or the signature of reasoning. */
export const clientStateForm = 'chat.thought-signature'

/**
 * Gemini's signature of the thought before a tool call: `extra_content.google.thought_signature`.
 *
 * Source: Google's documentation of the Gemini API, page Thought signatures, section on OpenAI compatibility.
 */
export function readThoughtSignature(call: JsonObject): { state?: OpaqueState } {
  const value = toText(objectOf(objectOf(call.extra_content)?.google)?.thought_signature)
  return value === null ? {} : { state: { form: clientStateForm, value } }
}

export function writeThoughtSignature(state: OpaqueState | undefined): JsonObject {
  return state?.form === clientStateForm
    ? { extra_content: { google: { thought_signature: state.value } } }
    : {}
}
