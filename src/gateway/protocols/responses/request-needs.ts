import { fieldOf } from '../../../base/text/json/field-of.ts'
import { estimateJsonTokens } from '../../../base/text/tokens/estimate-json.ts'
import { estimateTokens } from '../../../base/text/tokens/estimate-tokens.ts'
import { type RequestNeeds, tokensOfMessage } from '../../../routing/catalogue/request-needs.ts'
import { type FoundContent, foundModalities, tokensOfContent } from '../chat-completions/content-parts.ts'
import { parseCount } from '../wire/parse-count.ts'

/**
 * What a Responses request needs of the model that answers it, by the same rules as a chat request (`findNeeds`).
 *
 * - tokens: those of what is sent. What an earlier response or a conversation keeps at the provider is not counted.
 *   Encrypted reasoning counts one token for 4 of its bytes.
 * - tools: definitions of tools, or calls and results in `input`
 * - structured output: `text.format` is `json_schema`
 *
 * Never throws: a field of another form needs nothing, and the upstream refuses it.
 */
export function findResponsesNeeds(body: object): RequestNeeds {
  const found: FoundContent = { tokens: 3, image: false, audio: false, file: false }
  const instructions = fieldOf(body, 'instructions')
  if (typeof instructions === 'string') found.tokens += estimateTokens(instructions)
  const input = fieldOf(body, 'input')
  let hasCalls = false
  if (typeof input === 'string') found.tokens += estimateTokens(input) + tokensOfMessage
  else if (Array.isArray(input)) for (const item of input) hasCalls = readItem(item, found) || hasCalls
  const tools = fieldOf(body, 'tools')
  const hasTools = Array.isArray(tools) && tools.length > 0
  if (hasTools) found.tokens += estimateJsonTokens(tools)
  const format = fieldOf(fieldOf(body, 'text'), 'format')
  const hasSchema = fieldOf(format, 'type') === 'json_schema'
  if (hasSchema) found.tokens += estimateJsonTokens(format)
  return {
    inputTokens: Math.ceil(found.tokens),
    maxOutputTokens: parseCount(fieldOf(body, 'max_output_tokens')) || null,
    modalities: foundModalities(found),
    tools: hasTools || hasCalls,
    structuredOutput: hasSchema,
    region: null,
    tags: [],
  }
}

/** Adds what an item contains. @returns whether it is a call of a tool, or its result. */
function readItem(item: unknown, found: FoundContent): boolean {
  found.tokens += tokensOfMessage
  const type = fieldOf(item, 'type')
  if (type === undefined || type === 'message') {
    found.tokens += tokensOfContent(fieldOf(item, 'content'), found)
    return false
  }
  const encrypted = fieldOf(item, 'encrypted_content')
  if (typeof encrypted === 'string') {
    found.tokens += encrypted.length / 4
    return false
  }
  if (typeof type !== 'string' || !/_call(?:_output)?$/.test(type)) {
    found.tokens += tokensOfContent(fieldOf(item, 'summary'), found)
    return false
  }
  const sent = fieldOf(item, 'arguments') ?? fieldOf(item, 'input') ?? fieldOf(item, 'action')
  const output = fieldOf(item, 'output')
  found.tokens += typeof sent === 'object' ? estimateJsonTokens(sent) : tokensOfContent(sent, found)
  found.tokens += tokensOfContent(output, found)
  return true
}
