import { Buffer } from 'node:buffer'
import type { CommonForm } from '../../../../gateway/protocols/common/common-form.ts'
import type { Part } from '../../../../gateway/protocols/common/parts.ts'
import { commonForms } from '../../../../gateway/protocols/forms.ts'
import type { TraceAnswer, TraceBody, TraceMessage, TracePart } from '../../answers/trace.ts'

type JsonObject = Readonly<Record<string, unknown>>
type Exchange = { readonly question: readonly TraceMessage[] | null; readonly answer: TraceAnswer | null }

/** Messages of a conversation, and parts of a message or of a reply, that are shown; the bodies have all. */
const mostParts = 200

/**
 * What a kept request asked and what its client got, in words. Null for what is no message or reply of its protocol, such as an
 * embedding, or a document that was cut. The cost is linear in the length of the bodies.
 */
export function readExchange(protocol: string | null, request: TraceBody, response: TraceBody): Exchange {
  const form = findForm(protocol)
  if (form === undefined) return { question: null, answer: null }
  return {
    question: orNull(() => readMessages(form, request.text)),
    answer: orNull(() => readAnswer(form, response)),
  }
}

/** `question` of `readExchange`. */
export function readQuestion(protocol: string | null, request: TraceBody): Exchange['question'] {
  const form = findForm(protocol)
  return form === undefined ? null : orNull(() => readMessages(form, request.text))
}

function findForm(protocol: string | null): CommonForm | undefined {
  return commonForms.find((each) => each.protocol === protocol)
}

/** Bodies that were redacted, or that an upstream made up, can have any shape. */
function orNull<Value>(read: () => Value | null): Value | null {
  try {
    return read()
  } catch {
    return null
  }
}

function readMessages(form: CommonForm, text: string): readonly TraceMessage[] | null {
  const body = parseObject(text)
  if (body === null) return null
  const { system, turns } = form.readRequest(body).request
  const instructions = system.length === 0 ? [] : [{ role: 'instructions' as const, parts: system }]
  const messages = [...instructions, ...turns].slice(-mostParts)
  return messages.map(({ role, parts }) => ({ role, parts: parts.slice(0, mostParts).flatMap(toParts) }))
}

function readAnswer(form: CommonForm, { text, isCut }: TraceBody): TraceAnswer | null {
  // A client that asked for a stream may have got a document, and an error is one.
  const isDocument = /^\s*[{[]/.test(text)
  return isDocument ? readDocument(form, text) : readEvents(form, text, isCut)
}

function readDocument(form: CommonForm, text: string): TraceAnswer | null {
  const body = parseObject(text)
  if (body === null) return null
  const reply = form.readReply(body)
  if (reply !== null)
    return { parts: reply.parts.slice(0, mostParts).flatMap(toParts), isWhole: true, error: null }
  const error = form.readError(body)
  return error === null ? null : { parts: [], isWhole: true, error: error.message }
}

function readEvents(form: CommonForm, text: string, isCut: boolean): TraceAnswer | null {
  const parts = new Map<number, { -readonly [Name in keyof TracePart]: TracePart[Name] }>()
  let isWhole = false
  let error: string | null = null
  let events = 0
  const reader = form.createEventReader((event) => {
    events++
    if (event.kind === 'part-start') {
      const { part, index } = event
      if (parts.size < mostParts)
        parts.set(index, { kind: part.kind, name: part.kind === 'tool-call' ? part.name : null, text: '' })
    } else if (event.kind === 'delta') {
      const part = parts.get(event.index)
      if (part !== undefined) part.text += event.text
    } else if (event.kind === 'error') error ??= event.error.message
    else if (event.kind === 'end' || event.kind === 'stop') isWhole = true
  })
  reader.push(Buffer.from(text))
  // What is said at the end of a text that was cut is said of the cut, not of the stream.
  if (!isCut) reader.end()
  if (events === 0) return null
  return {
    parts: [...parts.values()].filter(({ kind, text: said }) => said !== '' || kind === 'tool-call'),
    isWhole: isWhole && !isCut,
    error,
  }
}

function toParts(part: Part): readonly TracePart[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return part.text === '' ? [] : [{ kind: part.kind, name: null, text: part.text }]
    case 'tool-call':
      return [{ kind: 'tool-call', name: part.name, text: part.arguments }]
    case 'tool-result':
      return [{ kind: 'tool-result', name: null, text: part.parts.map(toPlainText).join('\n') }]
    default:
      return [{ kind: 'other', name: part.kind, text: '' }]
  }
}

function toPlainText(part: Part): string {
  return part.kind === 'text' ? part.text : `[${part.kind}]`
}

function parseObject(text: string): JsonObject | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
