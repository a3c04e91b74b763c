import type { CommonRequest, ReadRequest, Turn } from '../../../common/common-request.ts'
import { isObject, type JsonObject, numberOf, textOf } from '../../../common/json-fields.ts'
import { createLossList, type LossList, report } from '../../../common/loss-list.ts'
import type { CacheMark, Part, TextPart } from '../../../common/parts.ts'
import { findLosses } from '../../../common/untranslated-field.ts'
import { unread } from '../losses/unread.ts'
import { bodyFields } from '../losses/untranslated-fields.ts'
import { readCacheMark } from '../values/cache-mark.ts'
import { readContent, readSystem } from './read-blocks.ts'
import { readOutput, readReasoning } from './read-output.ts'
import { readParallelToolCalls, readToolChoice, readTools } from './read-tools.ts'

const heldFields = new Set([
  'cache_control',
  'max_tokens',
  'messages',
  'metadata',
  'model',
  'output_config',
  'output_format',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
])

/** Reads the body of `POST /v1/messages`. Source: platform.claude.com/docs/en/api/messages/create. */
export function readRequest(body: JsonObject): ReadRequest {
  const losses = createLossList()
  for (const { field, kind, why } of findLosses(body, bodyFields, heldFields)) losses.add(field, kind, why)
  const { system, turns } = readMessages(body, losses)
  const request: CommonRequest = {
    system,
    turns: markLastPart(turns, readCacheMark(body).cache),
    tools: readTools(body.tools, losses),
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: readParallelToolCalls(body.tool_choice),
    maxOutputTokens: numberOf(body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    topK: numberOf(body.top_k),
    stop: (Array.isArray(body.stop_sequences) ? body.stop_sequences : []).filter(
      (text): text is string => typeof text === 'string',
    ),
    reasoning: readReasoning(body, losses),
    output: readOutput(body, losses),
    user: isObject(body.metadata) ? textOf(body.metadata.user_id) : null,
    stream: body.stream === true,
    streamUsage: true,
  }
  return { request, losses: losses.losses }
}

/** The system prompt, and the turns. Messages of the role `system` within the conversation join the system prompt. */
function readMessages(
  body: JsonObject,
  losses: LossList,
): { readonly system: readonly TextPart[]; readonly turns: readonly Turn[] } {
  const system = readSystem(body.system, 'system', losses)
  const turns: Turn[] = []
  for (const [index, message] of (Array.isArray(body.messages) ? body.messages : []).entries()) {
    if (!isObject(message)) continue
    const path = `messages[${index}].content`
    if (message.role === 'system') {
      report(losses, unread.systemMessage, `messages[${index}].role`)
      system.push(...readSystem(message.content, path, losses))
    } else {
      const role = message.role === 'assistant' ? 'assistant' : 'user'
      turns.push({ role, parts: readContent(message.content, path, losses) })
    }
  }
  return { system, turns }
}

/** A request's own `cache_control` means the last part that can have one: that is how Messages defines it. */
function markLastPart(turns: readonly Turn[], cache: CacheMark | undefined): readonly Turn[] {
  const last = turns.at(-1)
  const at = last?.parts.findLastIndex(canBeMarked) ?? -1
  const part = last?.parts[at]
  if (cache === undefined || last === undefined || part === undefined || !canBeMarked(part)) return turns
  const marked: Part = { ...part, cache: part.cache ?? cache }
  return [...turns.slice(0, -1), { ...last, parts: last.parts.with(at, marked) }]
}

type MarkedPart = Exclude<Part, { readonly kind: 'reasoning' | 'refusal' | 'audio' }>

function canBeMarked(part: Part): part is MarkedPart {
  return part.kind !== 'reasoning' && part.kind !== 'refusal' && part.kind !== 'audio'
}
