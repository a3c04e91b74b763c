import type { CommonRequest, Loss, Turn } from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../../../common/parts.ts'
import type { ChatDialect } from '../dialect.ts'
import { detailForm, type ReasoningDetail, toClientDetail, toUpstreamDetail } from '../reasoning-details.ts'
import { writeThoughtSignature } from '../thought-signature.ts'
import { unwritten } from './unwritten.ts'
import { type ContentWriter, createContentWriter, type MessagePart } from './write-content.ts'

/** The messages of a request. Paths of losses are those of the common form's turns, as in Messages. */
export function writeMessages(request: CommonRequest, dialect: ChatDialect, losses: Loss[]): JsonObject[] {
  const content = createContentWriter(dialect, losses)
  const messages: JsonObject[] = []
  if (request.system.length > 0)
    messages.push({ role: 'system', content: content.write(request.system, 'system') })
  for (let index = 0; index < request.turns.length; index++) {
    const turn = request.turns[index]!
    const path = `messages[${index}].content`
    const written =
      turn.role === 'user'
        ? writeUserTurn(turn, path, content, losses)
        : writeAssistantTurn(turn, path, content, dialect, losses)
    for (const message of written) messages.push(message)
  }
  return messages
}

/** Results come directly after the calls, each in a message of its own, and what the user says after them. */
function writeUserTurn(turn: Turn, path: string, content: ContentWriter, losses: Loss[]): JsonObject[] {
  const messages: JsonObject[] = []
  const said: MessagePart[] = []
  const shown: MessagePart[] = []
  for (const part of turn.parts) {
    if (part.kind === 'tool-result') {
      messages.push(writeResult(part, path, content, losses))
      for (const media of takeMedia(part)) shown.push(media)
    } else if (isMessagePart(part)) said.push(part)
    else losses.push({ field: path, kind: 'refused', why: `a user message has no ${part.kind}` })
  }
  const parts = [...shown, ...said]
  if (parts.length > 0) messages.push({ role: 'user', content: content.write(parts, path) })
  return messages
}

/** The message of a result. It holds text only; `takeMedia` gives the rest. */
function writeResult(
  result: ToolResultPart,
  path: string,
  content: ContentWriter,
  losses: Loss[],
): JsonObject {
  if (result.isError) losses.push(unwritten.isError)
  const parts: MessagePart[] = result.parts.filter(isText)
  if (parts.length < result.parts.length)
    parts.push({ kind: 'text', text: 'The next user message has the images and files of this result.' })
  const last = parts.at(-1)
  if (last !== undefined && result.cache !== undefined && last.kind === 'text')
    parts[parts.length - 1] = { ...last, cache: result.cache }
  return { role: 'tool', tool_call_id: result.id, content: content.write(parts, path) }
}

/** The images and files of a result for the user message after it, with a text that says where they come from. */
function takeMedia(result: ToolResultPart): MessagePart[] {
  const media = result.parts.filter((part) => !isText(part))
  if (media.length === 0) return []
  return [{ kind: 'text', text: `Images and files of the result of tool call ${result.id}:` }, ...media]
}

function isText(part: Part): boolean {
  return part.kind === 'text' || (part.kind === 'file' && part.source.kind === 'text')
}

function isMessagePart(part: Part): part is MessagePart {
  return part.kind === 'text' || part.kind === 'image' || part.kind === 'file' || part.kind === 'audio'
}

/** One message, or none if nothing of the turn can be sent. */
function writeAssistantTurn(
  turn: Turn,
  path: string,
  content: ContentWriter,
  dialect: ChatDialect,
  losses: Loss[],
): JsonObject[] {
  const texts: MessagePart[] = []
  const reasoning: ReasoningPart[] = []
  const calls: ToolCallPart[] = []
  const refusals: string[] = []
  for (const part of turn.parts) {
    if (part.kind === 'text') texts.push(part)
    else if (part.kind === 'reasoning') reasoning.push(part)
    else if (part.kind === 'tool-call') calls.push(part)
    else if (part.kind === 'refusal') refusals.push(part.text)
    else losses.push({ field: path, kind: 'refused', why: `an assistant message has no ${part.kind}` })
  }
  if (texts.length + calls.length + refusals.length === 0) return []
  return [
    {
      role: 'assistant',
      content: writeAnswer(texts, reasoning, path, content, dialect),
      ...(refusals.length === 0 ? {} : { refusal: refusals.join('\n\n') }),
      ...writeReasoning(reasoning, dialect),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => writeCall(call, content)) }),
    },
  ]
}

/** The texts, after the thoughts if the dialect has them in the content. */
function writeAnswer(
  texts: readonly MessagePart[],
  reasoning: readonly ReasoningPart[],
  path: string,
  content: ContentWriter,
  dialect: ChatDialect,
): string | JsonObject[] | null {
  const written = texts.length === 0 ? null : content.write(texts, path)
  const thought = dialect.reasoning === 'content' ? joinOwnThoughts(reasoning) : ''
  if (thought === '') return written
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: thought }] }
  const parts = typeof written === 'string' ? [{ type: 'text', text: written }] : (written ?? [])
  return [thinking, ...parts]
}

/** Many servers parse the arguments, and an empty text is no JSON. */
function writeCall(call: ToolCallPart, content: ContentWriter): JsonObject {
  return {
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments === '' ? '{}' : call.arguments },
    ...writeThoughtSignature(call.state),
    ...content.cacheMember(call.cache),
  }
}

/** The reasoning that a chat upstream made. A state of another protocol is not its own, and is not sent. */
function writeReasoning(parts: readonly ReasoningPart[], dialect: ChatDialect): JsonObject {
  if (dialect.reasoning === null || dialect.reasoning === 'content') return {}
  const own = parts.filter(({ state }) => state === null || state.form === detailForm)
  const hasDetails = own.some(({ state }) => state !== null)
  if (dialect.reasoning === 'reasoning_details' && hasDetails) {
    const details: ReasoningDetail[] = []
    for (const { text, state } of own) {
      const detail = state === null ? toClientDetail(text, null, details.length) : toUpstreamDetail(state)
      if (detail !== null) details.push(detail)
    }
    return { reasoning_details: details }
  }
  const text = joinOwnThoughts(own)
  return text === '' ? {} : { reasoning_content: text }
}

/** The reasoning that is nothing but its text. */
function joinOwnThoughts(parts: readonly ReasoningPart[]): string {
  return parts
    .filter(({ state }) => state === null)
    .map(({ text }) => text)
    .join('\n\n')
}
