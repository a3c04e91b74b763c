import type { OpaqueState } from '../../common/parts.ts'
import { type JsonObject, toObject, toText } from './json-values.ts'

const form = 'chat.thought-signature'

/**
 * Gemini's signature of the thought before a tool call: `extra_content.google.thought_signature`.
 *
 * Source: Google's documentation of the Gemini API, page Thought signatures, section on OpenAI compatibility.
 */
export function readThoughtSignature(call: JsonObject): { state?: OpaqueState } {
  const value = toText(toObject(toObject(call.extra_content)?.google)?.thought_signature)
  return value === null ? {} : { state: { form, value } }
}

export function writeThoughtSignature(state: OpaqueState | undefined): JsonObject {
  return state?.form === form ? { extra_content: { google: { thought_signature: state.value } } } : {}
}
