import { InvalidRequestError } from '../../../errors.ts'
import type { JudgeMessage } from '../chat/chat-body.ts'
import type { ChatAnswer, ChatEndpoint } from '../chat/chat-endpoint.ts'
import {
  type Grade,
  type GradeQuestion,
  type GradingJudge,
  majorityWinner,
  type PairJudgement,
  type PairQuestion,
  type PairSample,
  type PairwiseJudge,
} from './judge.ts'
import {
  defaultComparisonPrompt,
  defaultGradePrompt,
  filledPrompt,
  type JudgePrompt,
} from './judge-prompts.ts'
import { parseRating, parseVerdict } from './verdict.ts'

export type LlmJudgeOptions = {
  /** Samples per question. A majority decides; grades are averaged. Default: 1. */
  readonly samples?: number
  /** How often a reply that cannot be read is requested again, with a reminder of the format. Default: 2. */
  readonly rereads?: number
  readonly comparisonPrompt?: JudgePrompt
  readonly gradePrompt?: JudgePrompt
}

/**
 * A language model as judge.
 *
 * `compare` asks about every pair in both orders (Zheng et al. 2023, 3.4): an answer wins a sample if it is preferred
 * in both, and any disagreement is a tie, so a judge that looks only at the order gives ties and no winners. The
 * samples' majority is the result. `grade` asks for 1 to 10 and returns the mean of the samples.
 *
 * A reply without a verdict is requested again; after that the sample counts as unparsable, and the others decide. Two
 * answers with the same text are a tie that costs nothing.
 *
 * @throws InvalidRequestError `bad-samples` if `samples` is not a whole number from 1.
 */
export function createLlmJudge(
  endpoint: AskedEndpoint,
  options: LlmJudgeOptions = {},
): PairwiseJudge & GradingJudge {
  const { samples = 1, rereads = 2 } = options
  const { comparisonPrompt = defaultComparisonPrompt, gradePrompt = defaultGradePrompt } = options
  if (!Number.isSafeInteger(samples) || samples < 1)
    throw new InvalidRequestError(
      'bad-samples',
      `${samples} samples make no sense; give a whole number from 1.`,
    )
  const numbers = Array.from({ length: samples }, (_, sample) => sample)

  async function compare(question: PairQuestion, signal?: AbortSignal): Promise<PairJudgement> {
    const { prompt, answerA, answerB, reference } = question
    if (answerA.trim() === answerB.trim()) return { kind: 'judged', winner: 'tie', samples: [] }
    const read = (first: string, second: string, sample: number) =>
      readReply(
        {
          prompt: comparisonPrompt,
          texts: { prompt, answer_a: first, answer_b: second, ...(reference !== undefined && { reference }) },
          parse: parseVerdict,
        },
        sample,
        signal,
      )
    const orders = await Promise.all(
      numbers.flatMap((sample) => [read(answerA, answerB, sample), read(answerB, answerA, sample)]),
    )
    const pairs = numbers.map(
      (sample): PairSample => ({
        aFirst: readValue(orders[2 * sample]),
        bFirst: readValue(orders[2 * sample + 1]),
      }),
    )
    const unasked = unaskedOf(orders)
    if (unasked !== undefined) return { ...unasked, samples: pairs }
    const winner = majorityWinner(pairs)
    return winner === undefined
      ? { kind: 'unparsable', samples: pairs }
      : { kind: 'judged', winner, samples: pairs }
  }

  async function grade({ prompt, answer, reference }: GradeQuestion, signal?: AbortSignal): Promise<Grade> {
    const texts = { prompt, answer, ...(reference !== undefined && { reference }) }
    const replies = await Promise.all(
      numbers.map((sample) => readReply({ prompt: gradePrompt, texts, parse: parseRating }, sample, signal)),
    )
    const ratings = replies.map(readValue)
    const unasked = unaskedOf(replies)
    if (unasked !== undefined) return { ...unasked, ratings }
    const given = ratings.filter((rating) => rating !== null)
    if (given.length === 0) return { kind: 'unparsable', ratings }
    return { kind: 'graded', score: given.reduce((sum, rating) => sum + rating, 0) / given.length, ratings }
  }

  function readReply<T>(form: QuestionForm<T>, sample: number, signal: AbortSignal | undefined) {
    return askUntilRead(endpoint, form, { sample, rereads }, signal)
  }

  return { id: endpoint.id, compare, grade }
}

/** What of an endpoint answers questions. */
export type AskedEndpoint = Pick<ChatEndpoint, 'id' | 'ask'>

/** A question, and how a reply to it is read. */
export type QuestionForm<T> = {
  readonly prompt: JudgePrompt
  readonly texts: Parameters<typeof filledPrompt>[1]
  /** Undefined if the reply does not have the requested format. */
  readonly parse: (reply: string) => T | undefined
}

export type ReadReply<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unparsable' }
  | Exclude<ChatAnswer, { readonly kind: 'answered' }>

/** Asks, and asks again with a reminder while the reply cannot be read. */
export async function askUntilRead<T>(
  endpoint: AskedEndpoint,
  { prompt, texts, parse }: QuestionForm<T>,
  { sample, rereads }: { readonly sample: number; readonly rereads: number },
  signal?: AbortSignal,
): Promise<ReadReply<T>> {
  const asked = filledPrompt(prompt, texts)
  let messages: readonly JudgeMessage[] = asked
  for (let attempt = 0; attempt <= rereads; attempt++) {
    const answer = await endpoint.ask({ messages, sample, attempt }, signal)
    if (answer.kind !== 'answered') return answer
    const value = parse(answer.text)
    if (value !== undefined) return { kind: 'read', value }
    messages = [...asked, ...reminded(answer.text, prompt)]
  }
  return { kind: 'unparsable' }
}

/** Of an empty reply there is nothing to be reminded of, and some endpoints take no empty message. */
function reminded(reply: string, { reminder }: JudgePrompt): JudgeMessage[] {
  if (reply.trim() === '') return []
  return [
    { role: 'assistant', content: reply },
    { role: 'user', content: reminder },
  ]
}

function readValue<T>(reply: ReadReply<T> | undefined): T | null {
  return reply?.kind === 'read' ? reply.value : null
}

/** A question that was asked only in part has no result, because its parts would be another measurement. */
function unaskedOf<T>(replies: readonly ReadReply<T>[]) {
  for (const reply of replies) if (reply.kind === 'over-budget') return reply
  for (const reply of replies) if (reply.kind === 'refused') return reply
  return undefined
}
