import { fieldOf } from '../../../base/text/json/field-of.ts'
import { estimateJsonTokens } from '../../../base/text/tokens/estimate-json.ts'
import { type RequestNeeds, tokensOfMessage } from '../../../routing/catalogue/request-needs.ts'
import { type FoundContent, foundModalities, tokensOfContent } from './content-parts.ts'

/**
 * What a chat request needs of the model that answers it.
 *
 * - tokens: those of the messages and of the definitions of tools and of the reply's schema (`estimateTokens`); images,
 *   audio and files by `tokensOfContent`, never as text
 * - modalities: those of all messages, also of earlier turns, because all are sent; `audio` also if the reply should be audio
 * - tools: definitions of tools or calls of tools in the conversation, whatever `tool_choice` is, because a model without
 *   tools refuses both
 * - structured output: `response_format` is `json_schema`. JSON mode (`json_object`) promises no schema and needs none.
 *
 * Never throws: a field of another form needs nothing, and the upstream refuses it.
 */
export function findNeeds(body: object): RequestNeeds {
  const found: FoundContent = { tokens: 3, image: false, audio: false, file: false }
  let hasCalls = false
  const messages = fieldOf(body, 'messages')
  if (Array.isArray(messages))
    for (const message of messages) hasCalls = readMessage(message, found) || hasCalls
  const tools = nonEmptyArray(fieldOf(body, 'tools')) ?? nonEmptyArray(fieldOf(body, 'functions'))
  if (tools !== null) found.tokens += estimateJsonTokens(tools)
  const format = fieldOf(body, 'response_format')
  const hasSchema = fieldOf(format, 'type') === 'json_schema'
  if (hasSchema) found.tokens += estimateJsonTokens(fieldOf(format, 'json_schema'))
  const reply = fieldOf(body, 'modalities')
  if (Array.isArray(reply) && reply.includes('audio')) found.audio = true
  return {
    inputTokens: Math.ceil(found.tokens),
    maxOutputTokens:
      tokenLimit(fieldOf(body, 'max_completion_tokens')) ?? tokenLimit(fieldOf(body, 'max_tokens')),
    modalities: foundModalities(found),
    tools: tools !== null || hasCalls,
    structuredOutput: hasSchema,
    region: null,
    tags: noTags,
  }
}

const noTags: readonly string[] = []

/** Adds what a message contains. @returns whether it belongs to a call of a tool. */
function readMessage(message: unknown, found: FoundContent): boolean {
  found.tokens += tokensOfMessage
  found.tokens += tokensOfContent(fieldOf(message, 'content'), found)
  const calls = nonEmptyArray(fieldOf(message, 'tool_calls')) ?? fieldOf(message, 'function_call')
  const hasCalls = typeof calls === 'object' && calls !== null
  if (hasCalls) found.tokens += estimateJsonTokens(calls)
  if (typeof fieldOf(message, 'audio') === 'object' && fieldOf(message, 'audio') !== null) found.audio = true
  const role = fieldOf(message, 'role')
  return hasCalls || role === 'tool' || role === 'function'
}

function tokenLimit(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value : null
}

function nonEmptyArray(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) && value.length > 0 ? value : null
}
