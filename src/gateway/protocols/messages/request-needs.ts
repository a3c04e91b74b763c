import { fieldOf } from '../../../base/text/json/field-of.ts'
import { estimateJsonTokens } from '../../../base/text/tokens/estimate-json.ts'
import { type RequestNeeds, tokensOfMessage } from '../../../routing/catalogue/request-needs.ts'
import { type FoundContent, foundModalities, tokensOfContent } from '../chat-completions/content-parts.ts'
import { parseCount } from '../wire/parse-count.ts'

/**
 * What a Messages request needs of the model that answers it, by the same rules as a chat request (`findNeeds`).
 *
 * - tools: definitions of tools, or `tool_use` and `tool_result` in the conversation
 * - structured output: `output_config.format`, or `output_format` of its beta
 *
 * Never throws: a field of another form needs nothing, and the upstream refuses it.
 */
export function findMessagesNeeds(body: object): RequestNeeds {
  const found: FoundContent = { tokens: 3, image: false, audio: false, file: false }
  found.tokens += tokensOfContent(fieldOf(body, 'system'), found)
  let hasCalls = false
  const messages = fieldOf(body, 'messages')
  if (Array.isArray(messages)) {
    for (const message of messages) {
      const content = fieldOf(message, 'content')
      found.tokens += tokensOfMessage + tokensOfContent(content, found)
      hasCalls ||= Array.isArray(content) && content.some(isToolBlock)
    }
  }
  const tools = fieldOf(body, 'tools')
  const hasTools = Array.isArray(tools) && tools.length > 0
  if (hasTools) found.tokens += estimateJsonTokens(tools)
  const format = fieldOf(fieldOf(body, 'output_config'), 'format') ?? fieldOf(body, 'output_format')
  const hasSchema = fieldOf(format, 'type') === 'json_schema'
  if (hasSchema) found.tokens += estimateJsonTokens(format)
  return {
    inputTokens: Math.ceil(found.tokens),
    maxOutputTokens: parseCount(fieldOf(body, 'max_tokens')) || null,
    modalities: foundModalities(found),
    tools: hasTools || hasCalls,
    structuredOutput: hasSchema,
    region: null,
    tags: [],
  }
}

function isToolBlock(block: unknown): boolean {
  const type = fieldOf(block, 'type')
  return type === 'tool_use' || type === 'tool_result'
}
