import { z } from 'zod'
import type { GeneratedToken, TokenAlternative } from './generated-answer.ts'

/** A token as OpenAI, vLLM, SGLang, Ollama and llama.cpp write it in chat completions, and what older ones wrote. */
const alternativeShape = z.object({
  token: z.string().nullish(),
  /** llama.cpp before December 2024. */
  tok_str: z.string().nullish(),
  content: z.string().nullish(),
  /** UTF-8 of the token, because its text alone may be an incomplete character. */
  bytes: z.array(z.number()).nullish(),
  /** null if the endpoint's JSON cannot express −∞. */
  logprob: z.number().nullish(),
  /** llama.cpp with `post_sampling_probs`, and before December 2024. */
  prob: z.number().nullish(),
})

const tokenShape = alternativeShape.extend({
  top_logprobs: z.array(alternativeShape).nullish(),
  top_probs: z.array(alternativeShape).nullish(),
  probs: z.array(alternativeShape).nullish(),
})

/** OpenAI's legacy completions, vLLM's and SGLang's: columns, and a map of alternatives for each token. */
const columnsShape = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullish()).nullish(),
  top_logprobs: z.array(z.record(z.string(), z.number().nullable()).nullish()).nullish(),
})

const rowsShape = z.array(tokenShape)
const chatShape = z.object({ content: rowsShape })

/** Any of the shapes in which endpoints give token probabilities; undefined if it is none of them. */
export function tokensOf(value: unknown): readonly GeneratedToken[] | undefined {
  const chat = chatShape.safeParse(value)
  if (chat.success) return chat.data.content.map(tokenOfRow)
  const rows = rowsShape.safeParse(value)
  if (rows.success) return rows.data.map(tokenOfRow)
  const columns = columnsShape.safeParse(value)
  return columns.success ? tokensOfColumns(columns.data) : undefined
}

function tokenOfRow(row: z.output<typeof tokenShape>): GeneratedToken {
  const listed = row.top_logprobs ?? row.top_probs ?? row.probs ?? []
  const text = textOf(row)
  return { text, alternatives: withItself(text, logprobOf(row), listed.flatMap(alternativeOf)) }
}

function tokensOfColumns(columns: z.output<typeof columnsShape>): readonly GeneratedToken[] {
  return columns.tokens.map((text, index) => {
    const listed = Object.entries(columns.top_logprobs?.[index] ?? {})
    const alternatives = listed.flatMap(([token, logprob]) => alternativeOf({ token, logprob }))
    return {
      text,
      alternatives: withItself(text, columns.token_logprobs?.[index] ?? undefined, alternatives),
    }
  })
}

/** Some endpoints list the token itself among the alternatives, some do not. */
function withItself(
  text: string,
  logprob: number | undefined,
  alternatives: readonly TokenAlternative[],
): readonly TokenAlternative[] {
  const isListed = logprob === undefined || alternatives.some((each) => each.text === text)
  return isListed || !Number.isFinite(logprob) ? alternatives : [{ text, logprob }, ...alternatives]
}

function alternativeOf(shape: z.output<typeof alternativeShape>): TokenAlternative[] {
  const logprob = logprobOf(shape)
  return logprob === undefined || !Number.isFinite(logprob) ? [] : [{ text: textOf(shape), logprob }]
}

function logprobOf({ logprob, prob }: z.output<typeof alternativeShape>): number | undefined {
  if (typeof logprob === 'number') return logprob
  return typeof prob === 'number' ? Math.log(prob) : undefined
}

/** Byte-level and SentencePiece tokenizers write a space as Ġ or ▁ if a server passes its pieces on undecoded. */
function textOf({ token, tok_str, content, bytes }: z.output<typeof alternativeShape>): string {
  const text = token ?? tok_str ?? content ?? ''
  if (text === '' && bytes !== null && bytes !== undefined) return Buffer.from(bytes).toString('utf8')
  return text.replace(/^[Ġ▁]/, ' ')
}
