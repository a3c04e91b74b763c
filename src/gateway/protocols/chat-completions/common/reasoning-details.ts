import { type JsonObject, listOf, objectOf } from '../../common/json-fields.ts'
import type { OpaqueState, ReasoningPart } from '../../common/parts.ts'
import { parseJson, toText } from './json-values.ts'
import { clientStateForm } from './thought-signature.ts'

/**
 * OpenRouter's `reasoning_details`: reasoning as a list of texts, summaries and encrypted blocks, which a client sends back
 * unchanged. Clients that keep it can also keep the reasoning state of models that speak another protocol.
 *
 * Source: OpenRouter's documentation, page Reasoning Tokens, section "reasoning_details array structure".
 */
export type ReasoningDetail = JsonObject

/** A whole detail of an upstream, as JSON, for that upstream to get back. */
export const detailForm = 'chat.reasoning-detail'

/** What can be read of a detail. */
export function detailText(detail: ReasoningDetail): string {
  return toText(detail.text) ?? toText(detail.summary) ?? ''
}

/**
 * Whether a detail goes on with the text of the one before it. Streams send texts and summaries in pieces and the signature
 * with the last one. Encrypted blocks come whole.
 */
export function continuesDetail(last: ReasoningDetail, next: ReasoningDetail): boolean {
  const isText = next.type === 'reasoning.text' || next.type === 'reasoning.summary'
  if (!isText || last.type !== next.type || last.index !== next.index) return false
  return toText(last.signature) === null
}

/** A detail that is put together from the pieces of a stream. */
export type DetailPieces = { readonly detail: Record<string, unknown>; readonly texts: string[] }

export function beginDetail(first: ReasoningDetail): DetailPieces {
  return { detail: { ...first }, texts: [detailText(first)] }
}

/** Of a later piece only these members count besides its text, so that a detail cannot grow without bound. */
const laterMembers = ['id', 'format', 'signature'] as const

export function extendDetail({ detail, texts }: DetailPieces, next: ReasoningDetail): void {
  if (detailText(next) !== '') texts.push(detailText(next))
  for (const key of laterMembers) if (next[key] !== null && next[key] !== undefined) detail[key] = next[key]
}

export function finishDetail({ detail, texts }: DetailPieces): ReasoningDetail {
  if (texts.length > 1) detail[detail.type === 'reasoning.summary' ? 'summary' : 'text'] = texts.join('')
  return detail
}

/** The details of a whole message. A client may have kept the pieces of a stream as they came. */
function readDetails(value: unknown): readonly ReasoningDetail[] {
  const details: DetailPieces[] = []
  for (const item of listOf(value)) {
    const next = objectOf(item)
    if (next === null) continue
    const open = details.at(-1)
    if (open !== undefined && continuesDetail(open.detail, next)) extendDetail(open, next)
    else details.push(beginDetail(next))
  }
  return details.map(finishDetail)
}

/** The reasoning of an upstream's message: each detail is a part whose state is the whole detail. */
export function readUpstreamReasoning(message: JsonObject): ReasoningPart[] {
  const details = readDetails(message.reasoning_details)
  const parts = details.map(toUpstreamPart)
  return withPlainReasoning(message, parts)
}

export function toUpstreamPart(detail: ReasoningDetail): ReasoningPart {
  return { kind: 'reasoning', text: detailText(detail), state: toDetailState(detail) }
}

/** Null for a detail that is nothing but its text. */
export function toDetailState(detail: ReasoningDetail): OpaqueState | null {
  const isPlain = Object.entries(detail).every(([key, value]) => value === null || plainMembers.has(key))
  return isPlain ? null : { form: detailForm, value: JSON.stringify(detail) }
}

const plainMembers: ReadonlySet<string> = new Set(['type', 'text', 'summary', 'index'])

/** The reasoning of a client's message. The state of a detail is its signature, or the data of an encrypted one. */
export function readClientReasoning(message: JsonObject): ReasoningPart[] {
  const parts = readDetails(message.reasoning_details).map((detail): ReasoningPart => {
    const value = toText(detail.signature) ?? toText(detail.data)
    const state = value === null ? null : { form: clientStateForm, value }
    return { kind: 'reasoning', text: detailText(detail), state }
  })
  return withPlainReasoning(message, parts)
}

/** What servers without details send: DeepSeek, vLLM and SGLang `reasoning_content`; newer ones `reasoning`. */
export function plainReasoning(message: JsonObject): string | null {
  return toText(message.reasoning_content) ?? toText(message.reasoning)
}

function withPlainReasoning(message: JsonObject, parts: ReasoningPart[]): ReasoningPart[] {
  const text = parts.some((part) => part.text !== '') ? null : plainReasoning(message)
  return text === null ? parts : [{ kind: 'reasoning', text, state: null }, ...parts]
}

/** The detail that an upstream gets back; null for a state that no chat upstream made. */
export function toUpstreamDetail(state: OpaqueState): ReasoningDetail | null {
  return state.form === detailForm ? objectOf(parseJson(state.value)) : null
}

/**
 * A detail for a chat client.
 *
 * @param state goes out as the signature if it is of the form that chat clients keep.
 * @param index the part's place among the parts with reasoning.
 */
export function toClientDetail(text: string, state: OpaqueState | null, index: number): ReasoningDetail {
  const signature = state?.form === clientStateForm ? { signature: state.value } : {}
  return { type: 'reasoning.text', text, ...signature, index }
}
