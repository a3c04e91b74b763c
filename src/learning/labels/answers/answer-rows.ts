import { mapInOrder } from '../../../base/concurrency/limiter.ts'
import type { Row } from '../../formats/row.ts'
import type { UnansweredPrompt } from '../../rows/answered-prompts.ts'
import type { ChatAnswer, ChatEndpoint } from '../chat/chat-endpoint.ts'

/** A model to ask, and its name in `answers`. */
export type AskedModel = { readonly name: string; readonly endpoint: ChatEndpoint }

/** What came of one model and one prompt; `kept` if the row has an answer of this model already. */
export type AnswerOutcome = ChatAnswer | { readonly kind: 'kept'; readonly text: string }

export type AnsweredRow = {
  readonly row: UnansweredPrompt
  /** In the order of the models. */
  readonly outcomes: readonly { readonly model: string; readonly outcome: AnswerOutcome }[]
}

/**
 * Asks every model every prompt, in the order of the rows. The prompt is the only message of the request. A model whose
 * answer the row has is not asked.
 *
 * @param options.atOnce prompts in work at a time. The endpoints limit the number of open calls.
 * @throws what `ChatEndpoint.ask` throws.
 */
export function answerPrompts(
  rows: AsyncIterable<UnansweredPrompt> | Iterable<UnansweredPrompt>,
  models: readonly AskedModel[],
  options: { readonly atOnce: number; readonly signal?: AbortSignal },
): AsyncGenerator<AnsweredRow> {
  const answer = async (row: UnansweredPrompt, stop: AbortSignal): Promise<AnsweredRow> => ({
    row,
    outcomes: await Promise.all(
      models.map(async ({ name, endpoint }) => {
        const text = Object.hasOwn(row.answers, name) ? row.answers[name] : undefined
        if (text !== undefined) return { model: name, outcome: { kind: 'kept', text } as const }
        const messages = [{ role: 'user', content: row.prompt } as const]
        return { model: name, outcome: await endpoint.ask({ messages, sample: 0, attempt: 0 }, stop) }
      }),
    ),
  })
  return mapInOrder(rows, options.atOnce, answer, options.signal)
}

/**
 * The row of an answer file, with the other columns of the prompt's row, and `tokens` by model where the endpoint counts them. An empty answer is left out, because nothing in it can be judged. Undefined if the row has no answer.
 */
export function answerRow({ row, outcomes }: AnsweredRow): Row | undefined {
  const given = outcomes.flatMap(({ model, outcome }) =>
    (outcome.kind === 'answered' || outcome.kind === 'kept') && outcome.text.trim() !== ''
      ? [[model, outcome.text] as const]
      : [],
  )
  const answers = { ...row.answers, ...Object.fromEntries(given) }
  if (Object.keys(answers).length === 0) return undefined
  const counted = outcomes.flatMap(({ model, outcome }) =>
    Object.hasOwn(answers, model) && outcome.kind === 'answered' && outcome.tokens !== null
      ? [[model, { input: outcome.tokens.inputTokens, output: outcome.tokens.outputTokens }] as const]
      : [],
  )
  if (counted.length === 0) return { prompt: row.prompt, answers, ...row.others }
  const known = isRow(row.others.tokens) ? row.others.tokens : {}
  return {
    prompt: row.prompt,
    answers,
    ...row.others,
    tokens: { ...known, ...Object.fromEntries(counted) },
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
