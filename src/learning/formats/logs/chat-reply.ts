import type { Row } from '../row.ts'
import { amountOf, firstOf, listOf, objectOf, present, textOf } from './loose-fields.ts'

export type LoggedTokens = {
  readonly inputTokens?: number
  readonly cachedInputTokens?: number
  readonly outputTokens?: number
}

/**
 * Token counts as OpenAI (`prompt_tokens` or `input_tokens`, the cached ones among them), Anthropic (`input_tokens`
 * without the cached ones, which stand beside) and Gemini (`promptTokenCount`) write them.
 */
export function tokensOfUsage(usage: Row): LoggedTokens {
  const input = firstOf(
    usage,
    ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens', 'promptTokenCount', 'input'],
    amountOf,
  )
  const beside =
    (amountOf(usage.cache_read_input_tokens) ?? 0) + (amountOf(usage.cache_creation_input_tokens) ?? 0)
  const details = objectOf(usage.prompt_tokens_details) ?? objectOf(usage.input_tokens_details) ?? {}
  const cached =
    amountOf(usage.cache_read_input_tokens) ??
    amountOf(details.cached_tokens) ??
    amountOf(usage.cachedContentTokenCount)
  const answered = firstOf(
    usage,
    [
      'completion_tokens',
      'output_tokens',
      'completionTokens',
      'outputTokens',
      'candidatesTokenCount',
      'output',
    ],
    amountOf,
  )
  const thought = amountOf(usage.thoughtsTokenCount) ?? 0
  return present({
    inputTokens: input === undefined ? undefined : input + beside,
    cachedInputTokens: cached,
    outputTokens: answered === undefined ? undefined : answered + thought,
  })
}

/** The usage of a reply, wherever it stands. */
export function tokensOfReply(reply: Row): LoggedTokens {
  return tokensOfUsage(objectOf(reply.usage) ?? objectOf(reply.usageMetadata) ?? {})
}

/** The text of an answer: a chat completion, a completion, a response, an Anthropic message, or a bare text. */
export function answerOf(value: unknown): string | undefined {
  const reply = objectOf(value)
  if (reply === undefined) return typeof value === 'string' ? textOf(value) : undefined
  const choice = objectOf(listOf(reply.choices)?.[0]) ?? reply
  const message = objectOf(choice.message) ?? choice
  return (
    contentText(message.content) ??
    textOf(choice.text) ??
    textOf(reply.output_text) ??
    outputText(reply.output)
  )
}

function contentText(content: unknown): string | undefined {
  if (typeof content === 'string') return textOf(content)
  const texts = listOf(content)?.flatMap((part) => textOf(objectOf(part)?.text) ?? [])
  return texts === undefined ? undefined : textOf(texts.join('\n'))
}

function outputText(output: unknown): string | undefined {
  const texts = listOf(output)?.flatMap((item) => contentText(objectOf(item)?.content) ?? [])
  return texts === undefined ? undefined : textOf(texts.join('\n'))
}
