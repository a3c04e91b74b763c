import { InvalidRequestError } from '../../../errors.ts'
import type { Model } from '../../../routing/catalogue/model.ts'

export type JudgeMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

type BodyOptions = {
  readonly model: Model
  readonly temperature?: number | null
  readonly maxTokens?: number
  readonly fields?: Readonly<Record<string, unknown>>
}

const ownFields = ['model', 'messages', 'n', 'stream']

/**
 * The body of a chat completion request.
 *
 * @throws InvalidRequestError `reserved-field` if `fields` has a field that only this package sets.
 */
export function chatBody(options: BodyOptions, messages: readonly JudgeMessage[]): string {
  const { model, temperature = 0, maxTokens = 1024, fields = {} } = options
  const reserved = ownFields.find((name) => name in fields)
  if (reserved !== undefined)
    throw new InvalidRequestError(
      'reserved-field',
      `The field "${reserved}" of the request is set by the command itself; leave it out.`,
    )
  const body: Record<string, unknown> = {
    model: model.upstream,
    messages,
    temperature,
    max_tokens: maxTokens,
    ...fields,
  }
  return JSON.stringify(Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)))
}

/** The tokens that a chat template may add around a message, and before the first one. */
const tokensAroundMessage = 16
const tokensAroundAll = 64

/** No tokenizer that reads bytes makes more tokens than there are. */
export function inputTokensAtMost(messages: readonly JudgeMessage[]): number {
  return messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content) + tokensAroundMessage,
    tokensAroundAll,
  )
}

/** The limit that a body sets for its reply; undefined if it sets none. */
export function outputTokensAtMost(body: string): number | undefined {
  const { max_tokens: older, max_completion_tokens: newer }: Record<string, unknown> = JSON.parse(body)
  const limits = [older, newer].filter((limit) => typeof limit === 'number')
  return limits.length === 0 ? undefined : Math.max(...limits)
}
