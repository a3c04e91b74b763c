import type { OpaqueState, ReasoningPart } from '../../common/parts.ts'
import { type JsonObject, parseJson, toItems, toObject, toText } from './json-values.ts'

/**
 * OpenRouter's `reasoning_details`: reasoning as a list of texts, summaries and encrypted blocks, which a client sends back
 * unchanged. Clients that keep it also keep, in the same form, the reasoning state of Messages and Responses.
 *
 * Source: OpenRouter's documentation, page Reasoning Tokens, section "reasoning_details array structure".
 */
export type ReasoningDetail = JsonObject

/** A whole detail of an upstream, as JSON, for that upstream to get back. */
export const detailForm = 'chat.reasoning-detail'

const anthropicFormat = 'anthropic-claude-v1'
const openaiFormat = 'openai-responses-v1'

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
  for (const item of toItems(value)) {
    const next = toObject(item)
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

/** The reasoning of a client's message: details that carry the state of another protocol become that state again. */
export function readClientReasoning(message: JsonObject): ReasoningPart[] {
  const details = readDetails(message.reasoning_details)
  const parts: ReasoningPart[] = []
  if (!details.some((detail) => detailText(detail) !== '')) parts.push(...withPlainReasoning(message, []))
  let lastIndex: unknown
  for (const detail of details) {
    const part = toClientPart(detail)
    const last = parts.at(-1)
    const isOpen = last !== undefined && last.state === null && (lastIndex ?? detail.index) === detail.index
    if (part.state?.form === 'responses.encrypted' && isOpen)
      parts[parts.length - 1] = { ...last, state: part.state }
    else parts.push(part)
    lastIndex = detail.index
  }
  return parts
}

/** What servers without details send: DeepSeek, vLLM and SGLang `reasoning_content`; newer ones `reasoning`. */
export function plainReasoning(message: JsonObject): string | null {
  return toText(message.reasoning_content) ?? toText(message.reasoning)
}

function withPlainReasoning(message: JsonObject, parts: ReasoningPart[]): ReasoningPart[] {
  const text = parts.some((part) => part.text !== '') ? null : plainReasoning(message)
  return text === null ? parts : [{ kind: 'reasoning', text, state: null }, ...parts]
}

function toClientPart(detail: ReasoningDetail): ReasoningPart {
  const text = detailText(detail)
  const id = toText(detail.id)
  const signature = toText(detail.signature)
  const data = detail.type === 'reasoning.encrypted' ? toText(detail.data) : null
  if (detail.format === anthropicFormat && data !== null) return toPart('', 'messages.redacted', data, id)
  if (detail.format === anthropicFormat && signature !== null)
    return toPart(text, 'messages.signature', signature, id)
  if (detail.format === openaiFormat && data !== null) return toPart('', 'responses.encrypted', data, id)
  const isPlain = data === null && signature === null && text !== ''
  if (isPlain && (detail.format === undefined || detail.format === null || detail.format === openaiFormat))
    return { kind: 'reasoning', text, state: null }
  return toUpstreamPart(detail)
}

function toPart(text: string, form: string, value: string, id: string | null): ReasoningPart {
  return { kind: 'reasoning', text, state: { form, value, ...(id === null ? {} : { id }) } }
}

/** The detail that an upstream gets back; null for a state that no chat upstream made. */
export function toUpstreamDetail(state: OpaqueState): ReasoningDetail | null {
  return state.form === detailForm ? toObject(parseJson(state.value)) : null
}

/**
 * The detail that carries a state to a chat client; null for a state that has no form there.
 *
 * @param text what is readable of the part and has not been sent as a detail of its own.
 * @param index the part's place among the parts with reasoning.
 */
export function toClientDetail(state: OpaqueState, text: string, index: number): ReasoningDetail | null {
  const id = state.id === undefined ? {} : { id: state.id }
  switch (state.form) {
    case 'messages.signature':
      return { type: 'reasoning.text', text, signature: state.value, ...id, format: anthropicFormat, index }
    case 'messages.redacted':
      return { type: 'reasoning.encrypted', data: state.value, ...id, format: anthropicFormat, index }
    case 'responses.encrypted':
      return { type: 'reasoning.encrypted', data: state.value, ...id, format: openaiFormat, index }
    default:
      return null
  }
}

export function toTextDetail(text: string, index: number): ReasoningDetail {
  return { type: 'reasoning.text', text, index }
}
