import { z } from 'zod'
import type { GeneratedAnswer, GeneratedToken } from './generated-answer.ts'
import { tokensOf } from './token-shapes.ts'

const messageShape = z.object({
  content: z.string().nullish(),
  /** The thinking, on servers with a reasoning parser. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
})

/** A choice; also a whole reply of the endpoints' own protocols, which answer once and without `choices`. */
const choiceShape = z.object({
  message: messageShape.nullish(),
  text: z.string().nullish(),
  content: z.string().nullish(),
  logprobs: z.unknown().optional(),
  completion_probabilities: z.unknown().optional(),
})

const replyShape = choiceShape.extend({
  choices: z.array(choiceShape).min(1).optional(),
  usage: z
    .object({ completion_tokens_details: z.object({ reasoning_tokens: z.number().nullish() }).nullish() })
    .nullish(),
})

/**
 * The answers in a reply of chat completions or completions, in any of the formats that servers use.
 *
 * @returns undefined if it is no such reply.
 */
export function parseAnswers(json: unknown): readonly GeneratedAnswer[] | undefined {
  const parsed = replyShape.safeParse(json)
  if (!parsed.success) return undefined
  const reply = parsed.data
  const choices = reply.choices ?? [reply]
  if (!choices.some(hasAnswer)) return undefined
  const reasoned = (reply.usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 0
  return choices.map((choice) => {
    const tokens = [choice, reply].map(({ logprobs, completion_probabilities: native }) =>
      firstTokens(logprobs, native),
    )
    return answerOf(choice, tokens.find((each) => each !== undefined) ?? [], reasoned)
  })
}

type Choice = z.output<typeof choiceShape>

function hasAnswer({ message, text, content }: Choice): boolean {
  return (message ?? text ?? content ?? undefined) !== undefined
}

function firstTokens(...shapes: readonly unknown[]): readonly GeneratedToken[] | undefined {
  for (const shape of shapes) {
    const tokens = tokensOf(shape)
    if (tokens !== undefined && tokens.length > 0) return tokens
  }
  return undefined
}

const thinkingEnd = '</think>'
/** Some chat templates open the thinking themselves; the model then only closes it. */
const thinkingMark = /<\/?think>/

function answerOf(
  { message, text, content }: Choice,
  tokens: readonly GeneratedToken[],
  reasoned: boolean,
): GeneratedAnswer {
  const shown = message?.content ?? text ?? content ?? ''
  const separately = (message?.reasoning_content ?? message?.reasoning ?? '') !== ''
  const joined = tokens.map((token) => token.text).join('')
  const thought = reasoned || separately || thinkingMark.test(shown) || thinkingMark.test(joined)
  return {
    text: withoutThinking(shown),
    tokens,
    answerStart: thought ? startOfAnswer(joined, shown) : 0,
    thought,
  }
}

function withoutThinking(shown: string): string {
  const end = shown.lastIndexOf(thinkingEnd)
  if (end >= 0) return shown.slice(end + thinkingEnd.length)
  return shown.includes('<think>') ? '' : shown
}

/** The end of the text if the thinking does not end. */
function startOfAnswer(joined: string, shown: string): number {
  const end = joined.lastIndexOf(thinkingEnd)
  if (end >= 0) return end + thinkingEnd.length
  const answer = withoutThinking(shown).trim()
  const start = answer === '' ? -1 : joined.lastIndexOf(answer)
  return start >= 0 ? start : joined.length
}
